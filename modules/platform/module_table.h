// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tlm/module_type.h"

namespace lacuna::platform {

/// Every module type that a platform file may name.
const std::vector<tlm::ModuleType>& module_types();

/// The type of that name, or nullptr.
const tlm::ModuleType* find_module_type(const std::string& name);
std::vector<std::string> module_type_names();

}  // namespace lacuna::platform
