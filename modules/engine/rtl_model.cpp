// SPDX-License-Identifier: Apache-2.0
#include "engine/rtl_model.h"

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::engine {

namespace {

constexpr unsigned built_accumulator_bits = 32;

}  // namespace

void require_rtl_overheads(bool overheads) {
  if (!overheads) {
    throw input_error({},
                      "pe_array.model: rtl counts every cycle; a run without overheads "
                      "(count.overheads: false) needs fast or detailed");
  }
}

void require_rtl_options(bool overheads, unsigned accumulator_bits) {
  require_rtl_overheads(overheads);
  if (accumulator_bits != built_accumulator_bits) {
    throw input_error({}, fmt::format("pe_array.accumulator_bits: rows in SystemVerilog were built "
                                      "with {} bits, not {}",
                                      built_accumulator_bits, accumulator_bits));
  }
}

}  // namespace lacuna::engine
