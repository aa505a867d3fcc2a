// SPDX-License-Identifier: Apache-2.0
#include "engine/built_rows.h"

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::engine {

std::string to_text(const RtlParameters& parameters) {
  std::string text;
  for (const RtlParameter& parameter : parameters) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", parameter.name, parameter.value);
  }
  return text;
}

void refuse_row(const RtlParameters& wanted, const std::vector<RtlParameters>& built,
                const std::string& option) {
  if (built.empty()) {
    throw input_error({},
                      "pe_array.model: this build has no bodies in SystemVerilog; install the "
                      "package verilator and build again");
  }
  std::string known;
  for (const RtlParameters& parameters : built) {
    known += (known.empty() ? "" : "; ") + to_text(parameters);
  }
  throw input_error({}, fmt::format("pe_array: no row with {} was built in SystemVerilog; there "
                                    "are those with {} ({})",
                                    to_text(wanted), known, option));
}

}  // namespace lacuna::engine
