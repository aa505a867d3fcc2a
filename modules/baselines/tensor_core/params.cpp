// SPDX-License-Identifier: Apache-2.0
#include "baselines/tensor_core/params.h"

#include "baselines/tensor_core/array_detailed.h"
#include "baselines/tensor_core/array_fast.h"
#include "core/error.h"

namespace lacuna::baselines {

void FragmentArrayParams::validate(Validation& check) const {
  check.require(rows % octet_side == 0, "rows", "must be a multiple of 8, the side of an octet");
  check.require(columns % octet_side == 0, "columns",
                "must be a multiple of 8, the side of an octet");
}

std::unique_ptr<engine::ArrayModel> make_fragment_body(const FragmentSystemParams& params,
                                                       unsigned window_slots) {
  const FragmentOptions options = params.pe_array.fragment_options(params.count, window_slots);
  switch (params.pe_array.model) {
    case engine::ArrayBody::fast:
      return std::make_unique<FastFragmentArray>(options);
    case engine::ArrayBody::detailed:
      return std::make_unique<DetailedFragmentArray>(options);
    default:
      throw input_error({}, "pe_array.model: this build has the bodies fast and detailed");
  }
}

}  // namespace lacuna::baselines
