// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/summary.h"

namespace lacuna::report {

/// A summary for people: a line each group of figures, as "player.read_latency_ns  mean 29.95, p50 17.47". Tables
/// are left out.
std::string summary_text(const Summary& summary);

}  // namespace lacuna::report
