// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "engine/rtl_row.h"

namespace lacuna::engine {

/// A parameter of a row in SystemVerilog, by its name in platform files.
struct RtlParameter {
  std::string name;
  unsigned value = 0;
  friend bool operator==(const RtlParameter& a, const RtlParameter& b) {
    return a.name == b.name && a.value == b.value;
  }
};
using RtlParameters = std::vector<RtlParameter>;

/// A row that this build has Verilated. lacuna_rtl_rows() writes the table of an accelerator's (cmake/LacunaRtl.cmake).
template <class Row>
struct BuiltRow {
  RtlParameters parameters;
  RtlRows<Row> (*make)(std::size_t rows, const SharedSimulation& with);
};

/// "columns 16, sub_group 8".
std::string to_text(const RtlParameters& parameters);

/// @param option of CMake that says which are built
/// @throws Error (bad_input) naming those that were built, or the package that is missing
[[noreturn]] void refuse_row(const RtlParameters& wanted, const std::vector<RtlParameters>& built,
                             const std::string& option);

/// So many of the rows with these parameters. @throws Error (bad_input) as refuse_row() does
/// @param with other models of the same array; none: they share a simulation among themselves only
/// @tparam Row has a static built(), which gives the table
template <class Row>
RtlRows<Row> make_rtl_rows(const std::string& option, const RtlParameters& wanted, std::size_t rows,
                           const SharedSimulation& with = nullptr) {
  std::vector<RtlParameters> known;
  for (const BuiltRow<Row>& row : Row::built()) {
    if (row.parameters == wanted) {
      return row.make(rows, with);
    }
    known.push_back(row.parameters);
  }
  refuse_row(wanted, known, option);
}

}  // namespace lacuna::engine
