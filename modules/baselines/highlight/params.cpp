// SPDX-License-Identifier: Apache-2.0
#include "baselines/highlight/params.h"

namespace lacuna::baselines {

void HighlightParams::validate(Validation& check) const {
  validate_structured(check);
  const sparse::KeepRatio blocks = checked_ratio(check, "rank1", rank1);
  const sparse::KeepRatio values = checked_ratio(check, "rank0", rank0);
  check.require(blocks.kept == highlight_blocks && blocks.of <= 8, "rank1",
                "expected 4:4, 4:5, 4:6, 4:7 or 4:8");
  check.require(values.kept == highlight_values && values.of <= 4, "rank0",
                "expected 2:2, 2:3 or 2:4");
}

sparse::HssFormat HighlightParams::format_of(const std::string& layer) const {
  if (!prunes(layer)) {
    return {};
  }
  return {sparse::parse_keep_ratio(rank1, "rank1"), sparse::parse_keep_ratio(rank0, "rank0")};
}

}  // namespace lacuna::baselines
