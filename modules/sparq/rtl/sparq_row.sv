// SPDX-License-Identifier: Apache-2.0
//
// One row of the array. Control and weights enter at the left and move right, activations enter above and leave below, a PE a clock each.
// Control also goes down the first column, so that a row acts one clock after the one above it. The command to hand sums over comes with
// the control: a PE's second accumulator leaves in the clock in which it is addressed. While somebody does not take a sum, nothing in any
// row moves: `advance` is one for all.
module sparq_row
  import sparq_pkg::*;
  import sparq_array_pkg::*;
#(
    parameter  int unsigned COLUMNS = 16,
    parameter  int unsigned BITS = 4,
    parameter  int unsigned PLACEMENTS = 5,
    localparam int unsigned WEIGHTS = weights_of(BITS),
    localparam int unsigned OPERAND_BITS = operand_bits(BITS, PLACEMENTS)
) (
    input logic clk,
    input logic rst_n,
    input logic advance,

    input tag_t in_tag,
    input logic [WEIGHTS-1:0][WEIGHT_BITS-1:0] in_weights,
    input logic [COLUMNS-1:0][OPERAND_BITS-1:0] in_operands,

    output tag_t out_tag,  // for the row below, as are the operands
    output logic [COLUMNS-1:0][OPERAND_BITS-1:0] out_operands,

    output logic [COLUMNS-1:0] out_valid,  // whose sums leave
    output logic [COLUMNS-1:0][SUM_BITS-1:0] out_sums,

    output logic ended  // the last PE has just ended a dot product
);
  // What enters each PE; the last ones leave at the right.
  tag_t tags[COLUMNS+1];
  logic [WEIGHTS-1:0][WEIGHT_BITS-1:0] weights[COLUMNS+1];
  assign tags[0] = in_tag;
  assign weights[0] = in_weights;
  assign out_tag = tags[1];
  assign ended = tags[COLUMNS].valid && tags[COLUMNS].ends;

  for (genvar c = 0; c < COLUMNS; ++c) begin : g_pe
    assign out_valid[c] = tags[c].drain_first <= COLUMN_BITS'(c) && tags[c].drain_end > COLUMN_BITS'(c);
    sparq_pe #(
        .BITS(BITS),
        .PLACEMENTS(PLACEMENTS)
    ) pe (
        .clk,
        .rst_n,
        .advance,
        .tag(tags[c]),
        .weights(weights[c]),
        .operand(in_operands[c]),
        .next_tag(tags[c+1]),
        .next_weights(weights[c+1]),
        .next_operand(out_operands[c]),
        .second(out_sums[c])
    );
  end
endmodule
