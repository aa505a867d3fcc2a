// SPDX-License-Identifier: Apache-2.0
//
// An activation at 8 bits in lanes of fewer: 2 x BITS of it a pass, from the lowest, all for the first weight. The sign stays with the
// highest lane. Where the bits do not go into lanes evenly that one overlaps its neighbour with zeros, as no placement is higher.
module sparq_split
  import sparq_pkg::*;
#(
    parameter  int unsigned BITS = 4,
    parameter  int unsigned PLACEMENTS = 5,
    localparam int unsigned SHIFT_BITS = shift_control_bits(PLACEMENTS)
) (
    input logic [ACTIVATION_BITS-1:0] activation,
    input logic part,
    output logic [1:0][BITS:0] lanes,
    output logic [1:0][SHIFT_BITS-1:0] shift_control,
    output logic [1:0] mux_control
);
  localparam int unsigned APART = placement_distance(BITS, PLACEMENTS);
  localparam int unsigned PARTS = (VALUE_BITS + 2 * BITS - 1) / (2 * BITS);
  localparam int unsigned HIGHEST = VALUE_BITS - BITS;

  assign mux_control = 2'b10;
  for (genvar l = 0; l < 2; ++l) begin : g_lane
    logic [1:0][BITS:0] lane;  // of either part
    logic [1:0][SHIFT_BITS-1:0] placement;
    for (genvar p = 0; p < 2; ++p) begin : g_part
      localparam int unsigned FROM = (2 * p + l) * BITS;
      if (p >= PARTS || FROM >= VALUE_BITS) begin : g_none
        assign lane[p] = '0;
        assign placement[p] = '0;
      end else if (FROM >= HIGHEST) begin : g_highest
        assign lane[p] = activation[VALUE_BITS:HIGHEST] >> (FROM - HIGHEST) << (FROM - HIGHEST);
        assign placement[p] = SHIFT_BITS'(HIGHEST / APART);
      end else begin : g_lower
        assign lane[p] = {1'b0, activation[FROM+:BITS]};
        assign placement[p] = SHIFT_BITS'(FROM / APART);
      end
    end
    assign lanes[l] = lane[part];
    assign shift_control[l] = placement[part];
  end
endmodule
