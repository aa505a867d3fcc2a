// SPDX-License-Identifier: Apache-2.0
//
// The array's upper edge: a trimming unit for every column, then registers that delay column c by c clocks, so that activations meet the
// weights that come from the left.
module sparq_edge
  import sparq_pkg::*;
#(
    parameter  int unsigned COLUMNS = 16,
    parameter  int unsigned BITS = 4,
    parameter  int unsigned PLACEMENTS = 5,
    localparam int unsigned OPERAND_BITS = operand_bits(BITS, PLACEMENTS)
) (
    input logic clk,
    input logic rst_n,
    input logic advance,  // of the whole array

    input logic in_reduced,  // pairs to be trimmed; otherwise the first of each is an activation at 8 bits
    input logic in_round,
    input logic in_signed,  // int8, not uint8
    input logic in_part,  // of activations at 8 bits, which take one pass or two
    input logic [COLUMNS-1:0][1:0][VALUE_BITS-1:0] in_pairs,

    output logic [COLUMNS-1:0][OPERAND_BITS-1:0] out_operands
);
  logic [COLUMNS-1:0][OPERAND_BITS-1:0] operands;
  for (genvar c = 0; c < COLUMNS; ++c) begin : g_column
    logic [ACTIVATION_BITS-1:0] activation;
    assign activation = {in_signed && in_pairs[c][0][VALUE_BITS-1], in_pairs[c][0]};
    if (BITS == VALUE_BITS) begin : g_whole
      assign operands[c] = activation;
      logic unused;
      assign unused = &{in_reduced, in_round, in_part, in_pairs[c][1]};
    end else begin : g_lanes
      localparam int unsigned SHIFT_BITS = shift_control_bits(PLACEMENTS);
      logic [1:0][BITS-1:0] trimmed;
      logic [1:0][SHIFT_BITS-1:0] trimmed_shift;
      logic [1:0] trimmed_mux;
      sparq_trim_unit #(
          .BITS(BITS),
          .PLACEMENTS(PLACEMENTS)
      ) trim_unit (
          .pair(in_pairs[c]),
          .round(in_round),
          .lanes(trimmed),
          .shift_control(trimmed_shift),
          .mux_control(trimmed_mux)
      );
      logic [1:0][BITS:0] part;
      logic [1:0][SHIFT_BITS-1:0] part_shift;
      logic [1:0] part_mux;
      sparq_split #(
          .BITS(BITS),
          .PLACEMENTS(PLACEMENTS)
      ) split (
          .activation,
          .part(in_part),
          .lanes(part),
          .shift_control(part_shift),
          .mux_control(part_mux)
      );
      for (genvar l = 0; l < 2; ++l) begin : g_lane
        assign operands[c][l*(OPERAND_BITS/2)+:OPERAND_BITS/2] = in_reduced ?
            {trimmed_mux[l], trimmed_shift[l], 1'b0, trimmed[l]} : {part_mux[l], part_shift[l], part[l]};
      end
    end

    if (c == 0) begin : g_at_once
      assign out_operands[c] = operands[c];
      if (COLUMNS == 1) begin : g_no_register
        logic unused;
        assign unused = &{clk, rst_n, advance};
      end
    end else begin : g_delayed
      logic [c-1:0][OPERAND_BITS-1:0] stages;
      always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) stages <= '0;
        else if (advance) stages <= (c * OPERAND_BITS)'({stages, operands[c]});
      end
      assign out_operands[c] = stages[c-1];
    end
  end
endmodule
