// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tlm/module_type.h"

namespace lacuna::report {

/// One line a type.
std::string type_list(const std::vector<tlm::ModuleType>& types);
/// Everything a platform file may say of one type.
std::string type_description(const tlm::ModuleType& type);
/// The same of several, as the manual's page.
std::string reference_markdown(const std::vector<tlm::ModuleType>& types);

}  // namespace lacuna::report
