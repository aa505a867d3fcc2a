// SPDX-License-Identifier: Apache-2.0
#include "sparq/tensor_core/params.h"

#include "core/error.h"
#include "sparq/tensor_core/array_detailed.h"
#include "sparq/tensor_core/array_fast.h"

namespace lacuna::sparq {

void TensorCoreArrayParams::validate(Validation& check) const {
  check.require(rows % tensor_core_side == 0, "rows",
                "must be a multiple of 4, the side of a Tensor Core");
  check.require(columns % tensor_core_side == 0, "columns",
                "must be a multiple of 4, the side of a Tensor Core");
}

void TensorCoreSystemParams::validate_tensor_cores(Validation& check) const {
  validate_buffers(check, pe_array);
  check.require(pe != PeKind::sysmt, "pe",
                "SySMT has no Tensor Core: expected dense, two_4b or sparq");
}

DotProductOptions TensorCoreSystemParams::options(bool selection) const {
  DotProductOptions options{pe_array.options(count), pe, sparq.format(), selection};
  options.array.drain_columns = pe_array.drain_columns;
  return options;
}

std::uint64_t TensorCoreSystemParams::macs_per_cycle() const {
  return pe_array.multipliers() / full_precision_clocks(pe, sparq.format());
}

std::unique_ptr<engine::ArrayModel> make_dot_product_body(const TensorCoreSystemParams& params,
                                                          bool selection) {
  switch (params.pe_array.model) {
    case engine::ArrayBody::fast:
      return std::make_unique<FastDotProductArray>(params.options(selection));
    case engine::ArrayBody::detailed:
      return std::make_unique<DetailedDotProductArray>(params.options(selection));
    default:
      throw input_error({}, "pe_array.model: this build has the bodies fast and detailed");
  }
}

}  // namespace lacuna::sparq
