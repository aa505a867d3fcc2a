// SPDX-License-Identifier: Apache-2.0
//
// bSPARQ of one value: a priority encoder finds the lowest placement whose window reaches the leading one; the window is cut out, and
// with rounding the bits below it decide whether it counts up: to the nearest, ties to even, never beyond all ones.
module sparq_window
  import sparq_pkg::*;
#(
    parameter  int unsigned WIDTH = 4,
    parameter  int unsigned PLACEMENTS = 5,
    parameter  int unsigned APART = 1,
    localparam int unsigned PLACEMENT_BITS = shift_control_bits(PLACEMENTS)
) (
    input logic [VALUE_BITS-1:0] value,
    input logic round,
    output logic [WIDTH-1:0] window,
    output logic [PLACEMENT_BITS-1:0] placement
);
  logic [3:0] shift;
  always_comb begin
    placement = PLACEMENT_BITS'(PLACEMENTS - 1);
    shift = 4'((PLACEMENTS - 1) * APART);
    for (int p = int'(PLACEMENTS) - 2; p >= 0; --p) begin
      if ((value >> (int'(WIDTH) + p * int'(APART))) == '0) begin
        placement = PLACEMENT_BITS'(p);
        shift = 4'(p * int'(APART));
      end
    end
  end

  // No bit above the window is set.
  logic [WIDTH-1:0] cut;
  logic [VALUE_BITS-1:0] below;  // the highest first
  assign {cut, below} = (WIDTH + VALUE_BITS)'({value, VALUE_BITS'(0)} >> shift);

  logic half;
  logic more;
  assign half = below[VALUE_BITS-1];
  assign more = |below[VALUE_BITS-2:0];
  logic up;
  assign up = round && half && (more || cut[0]) && !(&cut);
  assign window = cut + WIDTH'(up);
endmodule
