// SPDX-License-Identifier: Apache-2.0
#include "tlm/module_type.h"

namespace lacuna::tlm {

void add_to(Diagnostics& diagnostics, const Error& error, const Place& place,
            const std::string& path) {
  if (error.fault() != Fault::bad_input) {
    throw error;
  }
  for (const Diagnostic& item : error.diagnostics()) {
    diagnostics.add(item.place.file.empty() ? place : item.place,
                    item.path.empty() ? path : item.path, item.message);
  }
}

}  // namespace lacuna::tlm
