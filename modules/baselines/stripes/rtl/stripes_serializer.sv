// SPDX-License-Identifier: Apache-2.0
//
// The serializer of one row: gives the weights of a pass bit by bit, the sign first, and says what the bits weigh.
module stripes_serializer
  import stripes_pkg::*;
(
    input logic clk,
    input logic rst_n,
    input logic enable,  // a bit is due and may move on

    input logic starts_pass,
    input logic [LANES-1:0][WEIGHT_BITS-1:0] weights,  // of the pass

    output logic [LANES-1:0] bits,
    output logic [2:0] significance,
    output logic negate
);
  logic [2:0] next;
  assign significance = starts_pass ? 3'd7 : next;
  assign negate = starts_pass;
  for (genvar l = 0; l < LANES; ++l) begin : g_lane
    assign bits[l] = weights[l][significance];
  end

  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) next <= '0;
    else if (enable) next <= significance - 3'd1;
  end
endmodule
