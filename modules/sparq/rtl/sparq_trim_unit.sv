// SPDX-License-Identifier: Apache-2.0
//
// The trim-and-round unit: a pair of activations becomes two lanes with ShiftCtrl and MuxCtrl [SPARQ §3]. Two that are not zero get a
// window each. One beside a zero gets a window of twice the bits, its upper half in the first lane, its lower in the second. ShiftCtrl is
// the number of the placement, the lowest first; MuxCtrl is set when a lane meets the weight of the other one's place.
module sparq_trim_unit
  import sparq_pkg::*;
#(
    parameter  int unsigned BITS = 4,
    parameter  int unsigned PLACEMENTS = 5,
    localparam int unsigned SHIFT_BITS = shift_control_bits(PLACEMENTS)
) (
    input logic [1:0][VALUE_BITS-1:0] pair,
    input logic round,
    output logic [1:0][BITS-1:0] lanes,
    output logic [1:0][SHIFT_BITS-1:0] shift_control,
    output logic [1:0] mux_control
);
  localparam int unsigned APART = placement_distance(BITS, PLACEMENTS);
  localparam int unsigned WIDE_PLACEMENTS = VALUE_BITS - 2 * BITS + 1;

  logic [1:0][BITS-1:0] window;
  logic [1:0][SHIFT_BITS-1:0] placement;
  for (genvar i = 0; i < 2; ++i) begin : g_window
    sparq_window #(
        .WIDTH(BITS),
        .PLACEMENTS(PLACEMENTS),
        .APART(APART)
    ) narrow (
        .value(pair[i]),
        .round,
        .window(window[i]),
        .placement(placement[i])
    );
  end

  logic [1:0] zero;
  assign zero = {pair[1] == '0, pair[0] == '0};
  logic alone;
  assign alone = zero[0] != zero[1];

  logic [2*BITS-1:0] wide_window;
  logic [shift_control_bits(WIDE_PLACEMENTS)-1:0] wide_placement;
  sparq_window #(
      .WIDTH(2 * BITS),
      .PLACEMENTS(WIDE_PLACEMENTS),
      .APART(1)
  ) wide (
      .value(pair[0] | pair[1]),
      .round,
      .window(wide_window),
      .placement(wide_placement)
  );

  // Where a wide window has several placements they are one bit apart, as the narrow ones are then.
  always_comb begin
    if (alone) begin
      lanes = {wide_window[BITS-1:0], wide_window[2*BITS-1:BITS]};
      shift_control[1] = SHIFT_BITS'(wide_placement);
      shift_control[0] = SHIFT_BITS'(wide_placement) + SHIFT_BITS'(BITS / APART);
      mux_control = {zero[1], zero[0]};
    end else begin
      lanes = window;
      shift_control = placement;
      mux_control = '0;
    end
  end
endmodule
