// SPDX-License-Identifier: Apache-2.0
#include "bitvert/rtl_row.h"

#include <fmt/format.h>

#include "bitvert/rtl/built_rows.h"
#include "core/error.h"

namespace lacuna::bitvert {

namespace {

constexpr unsigned built_accumulator_bits = 32;

}  // namespace

std::string built_rtl_rows() {
  std::string text;
  for (const BuiltRow& row : built_rows()) {
    text += fmt::format("{}{} columns with sub-groups of {}", text.empty() ? "" : ", ", row.columns,
                        row.sub_group);
  }
  return text;
}

RtlRows make_rtl_rows(std::size_t rows, unsigned columns, const ArrayOptions& options) {
  if (built_rows().empty()) {
    throw input_error({},
                      "pe_array.model: this build has no bodies in SystemVerilog; install the "
                      "package verilator and build again");
  }
  if (options.accumulator_bits != built_accumulator_bits) {
    throw input_error({}, fmt::format("pe_array.accumulator_bits: rows in SystemVerilog were built "
                                      "with {} bits, not {}",
                                      built_accumulator_bits, options.accumulator_bits));
  }
  for (const BuiltRow& row : built_rows()) {
    if (row.columns == columns && row.sub_group == options.sub_group) {
      RtlRows result;
      result.rows = row.make(rows, result.simulation);
      return result;
    }
  }
  throw input_error({},
                    fmt::format("pe_array: no row of {} columns with sub-groups of {} was built "
                                "in SystemVerilog; there are {} (LACUNA_RTL_ROWS)",
                                columns, options.sub_group, built_rtl_rows()));
}

}  // namespace lacuna::bitvert
