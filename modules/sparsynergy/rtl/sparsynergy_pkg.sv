// SPDX-License-Identifier: Apache-2.0
//
// Sizes and widths of the SparSynergy datapath. Widths follow from the ranges that legal input can reach:
//
//   activation          9 bits   uint8 or int8: -128..255; its negative: -255..128
//   sum of 8           12 bits   any subset of them: -2040..2040
//   shifted sum        19 bits   times 128: -261120..261120
//   sum of 4 columns   21 bits   -1044480..1044480
package sparsynergy_pkg;
  localparam int unsigned LANES = 8;  // of a bit-column dot product
  localparam int unsigned COLUMNS = 4;  // bit-column dot products of an FEDP
  localparam int unsigned SUMS = 8;  // partial sums of an FEDP
  localparam int unsigned GROUP_FEDPS = 4;  // of a thread group
  localparam int unsigned GROUPS = 2;  // thread groups of an octet
  localparam int unsigned FEDPS = GROUPS * GROUP_FEDPS;

  localparam int unsigned BLOCKS = 4;  // of a half of the activation register
  localparam int unsigned BLOCK_ELEMENTS = 4;
  localparam int unsigned HALVES = 2;

  localparam int unsigned OFFSET_BITS = 3;
  localparam int unsigned ROW_BITS = $clog2(SUMS);
  localparam int unsigned ACTIVATION_BITS = 9;
  localparam int unsigned TREE_BITS = ACTIVATION_BITS + 3;
  localparam int unsigned PRODUCT_BITS = TREE_BITS + 7;
  localparam int unsigned FUSED_BITS = PRODUCT_BITS + 2;
  localparam int unsigned RESULT_BITS = 32;

  // Of the authors' RTL (PUBLISHED): activations of 8 bits whose negative wraps, sums of 11 bits, products and partial sums of 16.
  localparam int unsigned PUBLISHED_ACTIVATION_BITS = 8;
  localparam int unsigned PUBLISHED_TREE_BITS = 11;
  localparam int unsigned PUBLISHED_PRODUCT_BITS = 16;

  typedef logic [HALVES-1:0][BLOCKS-1:0][BLOCK_ELEMENTS-1:0][ACTIVATION_BITS-1:0] activations_t;
  typedef logic [LANES-1:0][ACTIVATION_BITS-1:0] operands_t;

  // One load of an FEDP's weight register, 68 bits.
  typedef struct packed {
    logic [LANES-1:0][1:0] element_select;  // second level: element of the block
    logic [LANES/2-1:0][1:0] block_select;  // first level: block of a pair of lanes
    logic [COLUMNS-1:0][OFFSET_BITS-1:0] offset;  // significance of each column
    logic [COLUMNS-1:0][LANES-1:0] column;  // bit per lane
    logic [LANES-1:0] sign;  // bit per lane, 1: negative
    logic [ROW_BITS-1:0] row;  // partial sum that it belongs to
    logic valid;
  } load_t;
endpackage
