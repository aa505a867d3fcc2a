// SPDX-License-Identifier: Apache-2.0
//
// Widths of what is in the array. They follow from the ranges that legal input can reach:
//
//   product           bits + 8 bits   -128 x (2^bits - 1)..127 x (2^bits - 1); of a signed part at most 128 x 2^(bits - 1)
//   shifted product     16 bits       by 8 - bits at most: -32640..32385
//   sum of two lanes    17 bits       -65280..64770
//   accumulator         32 bits       wraps as int32 does, after no fewer than 65,793 elements
package sparq_array_pkg;
  localparam int unsigned WEIGHT_BITS = 8;
  localparam int unsigned SHIFTED_BITS = 16;
  localparam int unsigned PRODUCT_BITS = 17;
  localparam int unsigned SUM_BITS = 32;
  localparam int unsigned COLUMN_BITS = 11;  // of a number of columns, up to 1024

  // What goes from PE to PE with the operands of one pass.
  typedef struct packed {
    logic [COLUMN_BITS-1:0] drain_end;  // columns [drain_first, drain_end) hand their second accumulators over
    logic [COLUMN_BITS-1:0] drain_first;
    logic ends;
    logic starts;  // a dot product
    logic valid;
  } tag_t;

  // Weights of a row in one pass, one for every multiplier of a PE.
  function automatic int unsigned weights_of(int unsigned bits);
    return bits == 8 ? 1 : 2;
  endfunction
endpackage
