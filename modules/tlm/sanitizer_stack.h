// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lacuna::tlm {

/// Tells AddressSanitizer that the calling thread is on its own stack again, after the simulation has switched between
/// stacks of its own. SystemC announces its switches but not where the first stack lies, and without that an exception leaves
/// marks on the stack that later look like errors. Does nothing in other builds.
void back_on_thread_stack();

}  // namespace lacuna::tlm
