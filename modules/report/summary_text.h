// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/summary.h"

namespace lacuna::report {

/// A summary as lines "dram.bandwidth_gbps  18.27"; tables are left to files. Empty for an empty summary.
std::string summary_text(const Summary& summary);

}  // namespace lacuna::report
