// SPDX-License-Identifier: Apache-2.0
//
// Widths and records of BitVert's datapath. Widths follow from the ranges that legal input can reach:
//
//   activation        9 bits   uint8 or int8: -128..255
//   sum of n          9 + log2 n, and one subset of n likewise
//   merged column    13 bits   16 activations: -2048..4080, and its negative
//   shifted column   20 bits   times 128
//   constant         16 bits   sum of 16 times -4..7: -16320..28560
//   shifted constant 19 bits   times 8: up to 228480, and its negative
package bitvert_pkg;
  localparam int unsigned PASS_LENGTH = 16;  // weights and activations that a PE takes at a time
  localparam int unsigned ACTIVATION_BITS = 9;
  localparam int unsigned PASS_SUM_BITS = ACTIVATION_BITS + 4;

  // Of a group of 32 weights.
  typedef struct packed {
    logic [1:0] redundant;  // columns that repeat the sign and are not stored
    logic [5:0] constant;
  } group_metadata_t;

  // Of a block of channels.
  typedef struct packed {
    logic has_constants;
    logic subtracts;  // zero-point shifting: constants are signed and subtracted
  } block_header_t;

  // One cycle's share of the constant multiplier.
  typedef struct packed {
    logic active;
    logic upper;  // weighs 8 times as much
    logic subtract;
    logic signed [3:0] factor;  // 0..7, or -4..3
  } constant_slice_t;
endpackage
