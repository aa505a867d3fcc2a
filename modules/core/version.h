// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lacuna {
inline namespace core {

/// The version in results and in `lacuna --version`; the build checks it against the project's.
inline constexpr const char* version = "0.1.0";

}  // namespace core
}  // namespace lacuna
