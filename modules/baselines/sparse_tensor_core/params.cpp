// SPDX-License-Identifier: Apache-2.0
#include "baselines/sparse_tensor_core/params.h"

namespace lacuna::baselines {

void SparseTensorCoreParams::validate(Validation& check) const {
  validate_structured(check);
  const sparse::KeepRatio ratio = checked_ratio(check, "pattern", pattern);
  const bool selectable = ratio.kept <= sparse_tensor_core_slots && ratio.of == 4;
  check.require(ratio.keeps_all() || selectable, "pattern",
                "the operand selection takes up to two of four: expected 1:4, 2:4 or 4:4");
}

sparse::HssFormat SparseTensorCoreParams::format_of(const std::string& layer) const {
  return {{}, prunes(layer) ? sparse::parse_keep_ratio(pattern, "pattern") : sparse::KeepRatio{}};
}

}  // namespace lacuna::baselines
