// SPDX-License-Identifier: Apache-2.0
//
// Two multipliers of a few bits by 8 in place of one of 8 by 8 [SPARQ eq. 4, Fig. 2]: each takes one of two weights, as MuxCtrl says, and
// its product goes to the placement that ShiftCtrl names. One activation in both lanes with one weight is the product of 8 bits.
module sparq_multiplier
  import sparq_pkg::*;
  import sparq_array_pkg::*;
#(
    parameter  int unsigned BITS = 4,
    parameter  int unsigned PLACEMENTS = 5,
    localparam int unsigned OPERAND_BITS = operand_bits(BITS, PLACEMENTS)
) (
    input logic [1:0][OPERAND_BITS/2-1:0] operand,
    input logic [1:0][WEIGHT_BITS-1:0] weights,
    output logic signed [PRODUCT_BITS-1:0] product
);
  localparam int unsigned SHIFT_BITS = shift_control_bits(PLACEMENTS);
  localparam int unsigned APART = placement_distance(BITS, PLACEMENTS);

  logic signed [1:0][SHIFTED_BITS-1:0] shifted;
  for (genvar l = 0; l < 2; ++l) begin : g_lane
    logic signed [BITS:0] bits;
    logic [SHIFT_BITS-1:0] shift_control;
    logic mux_control;
    assign {mux_control, shift_control, bits} = operand[l];

    logic signed [WEIGHT_BITS-1:0] weight;
    assign weight = mux_control ? weights[1-l] : weights[l];
    logic signed [BITS+WEIGHT_BITS-1:0] lane_product;
    assign lane_product = (BITS + WEIGHT_BITS)'(bits) * (BITS + WEIGHT_BITS)'(weight);

    // A choice among placements, not a shift by any number of bits.
    always_comb begin
      shifted[l] = '0;
      for (int p = 0; p < PLACEMENTS; ++p) begin
        if (shift_control == SHIFT_BITS'(p)) shifted[l] = SHIFTED_BITS'(lane_product) <<< (p * APART);
      end
    end
  end
  assign product = PRODUCT_BITS'($signed(shifted[0])) + PRODUCT_BITS'($signed(shifted[1]));
endmodule
