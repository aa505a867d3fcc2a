// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lacuna::enmc {

/// The status registers of a rank's controller. The source names batch_id and batch_size (Fig 6.8) and
/// "addresses and sizes of input features, vocabulary, and screening weight", an instruction counter
/// among them; numbers and the rest are ours. Addresses count from the rank's first byte.
enum class Register : std::uint8_t {
  batch_id,              ///< of the first context in the feature buffer
  batch_size,            ///< contexts in the feature buffer
  feature_int4_address,  ///< moves on with every load without address
  feature_fp32_address,  ///< of context 0; contexts lie one fp32_row_bytes apart
  weight_int4_address,   ///< moves on
  bias_int4_address,     ///< of psum_int4; moves on
  weight_fp32_address,   ///< of row 0
  threshold,             ///< of the filter, in steps of the screener's sums
  rows,                  ///< of the classifier, in this rank
  screener_length,       ///< values of a screener row: k
  dimension,             ///< values of a row: d
  block_rows,            ///< rows between two FILTERs
  loop_tiles,            ///< tiles that one MUL_ADD_INT4 loads and works through; 0: the one loaded
  fp32_row_bytes,        ///< distance of rows
  worth,                 ///< of a step of the screener's sums, FP32 bits
  returns,               ///< 0: accurate results only, 1: all
  owner,                 ///< 0: the host's controller, 1: this one
  status,        ///< read only: bits 0 Screener, 1 Executor at work, 2 an instruction was wrong
  instructions,  ///< read only: the host's, executed
  candidates,    ///< read only: found since the last CLR, of all contexts
  output_bytes,  ///< read only: waiting in the output buffer
  softmax0,  ///< read only: of context batch_id + 0, FP32 bits of maximum (low half) and sum; to 28
};
inline constexpr std::uint8_t softmax_registers = 8;
inline constexpr std::uint8_t last_softmax_register =
    static_cast<std::uint8_t>(Register::softmax0) + softmax_registers - 1;

/// Whether only the rank writes it.
constexpr bool is_read_only(Register which) {
  return which >= Register::status && static_cast<std::uint8_t>(which) <= last_softmax_register;
}

inline constexpr std::uint64_t status_screener = 1;
inline constexpr std::uint64_t status_executor = 2;
inline constexpr std::uint64_t status_error = 4;

}  // namespace lacuna::enmc
