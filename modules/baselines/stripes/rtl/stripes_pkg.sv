// SPDX-License-Identifier: Apache-2.0
//
// Widths of the Stripes datapath, as BBS compares with it. They follow from the ranges that legal input can reach:
//
//   weight            8 bits   int8, one bit a cycle, the sign first
//   activation        9 bits   uint8 or int8: -128..255
//   sum of 8         12 bits   any subset of them: -1024..2040, and its negative
//   shifted sum      19 bits   times 128: -131072..261120, and without the shift its negative for the sign
package stripes_pkg;
  localparam int unsigned LANES = 8;  // weights and activations that a PE takes at a time
  localparam int unsigned WEIGHT_BITS = 8;
  localparam int unsigned ACTIVATION_BITS = 9;
  localparam int unsigned TREE_BITS = ACTIVATION_BITS + 3;
  localparam int unsigned PRODUCT_BITS = TREE_BITS + 7;
endpackage
