// SPDX-License-Identifier: Apache-2.0
#include "cosim/axi_rtl_model.h"

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::cosim {

std::unique_ptr<AxiRtlModel> make_axi_rtl(const std::string& name) {
  std::vector<std::string> names;
  for (const BuiltAxiRtl& built : built_axi_rtl()) {
    if (built.name == name) {
      return built.make();
    }
    names.emplace_back(built.name);
  }
  if (names.empty()) {
    throw input_error(
        {},
        "this build has no models in SystemVerilog; install the package verilator and "
        "build again");
  }
  throw input_error({}, fmt::format("no model '{}' was built{}; there are {} (LACUNA_USER_RTL)",
                                    name, suggestion(name, names), fmt::join(names, ", ")));
}

}  // namespace lacuna::cosim
