// SPDX-License-Identifier: Apache-2.0
//
// The INT4 multipliers with two adder trees, since a slice of weights goes on where it likes: the lanes [from, cut) are the rest of one
// row or a part of it, [cut, to) are of the next one, from its first value. Features are those of one context, in two windows: one for
// each of the rows.
module enmc_mac_slice
  import enmc_screener_pkg::*;
#(
    parameter  int unsigned MACS = 128,
    localparam int unsigned PARTIAL_BITS = PRODUCT_BITS + $clog2(MACS)
) (
    input logic [MACS-1:0][VALUE_BITS-1:0] weights,
    input logic [FEATURES-1:0][VALUE_BITS-1:0] features,
    input logic [LENGTH_BITS-1:0] context_at,  // of the context's first value
    input logic [LENGTH_BITS-1:0] phase,  // value of the row that lane `from` holds
    input logic [LENGTH_BITS-1:0] length,
    input logic [LENGTH_BITS-1:0] from,
    input logic [LENGTH_BITS-1:0] cut,
    input logic [LENGTH_BITS-1:0] to,
    output logic signed [1:0][PARTIAL_BITS-1:0] partial
);
  // Values below the first one, for lanes before a row's begin.
  localparam int unsigned PADDED = MACS + FEATURES;
  localparam int unsigned SHIFT_BITS = $clog2(PADDED);
  logic [PADDED*VALUE_BITS-1:0] padded;
  assign padded = {features, (MACS * VALUE_BITS)'(0)};

  for (genvar s = 0; s < 2; ++s) begin : g_row
    logic [LENGTH_BITS-1:0] begins;
    logic [LENGTH_BITS-1:0] ends;
    logic [LENGTH_BITS-1:0] value;  // of the row, in lane `begins`
    assign begins = s == 0 ? from : cut;
    assign ends = s == 0 ? cut : to;
    assign value = s == 0 ? phase : '0;

    logic [SHIFT_BITS-1:0] shift;
    assign shift = SHIFT_BITS'(context_at) + SHIFT_BITS'(value) + SHIFT_BITS'(MACS) - SHIFT_BITS'(begins);
    logic [MACS-1:0][VALUE_BITS-1:0] window;
    assign window = (MACS * VALUE_BITS)'(padded >> (shift * VALUE_BITS));

    // The odd value that fills a row's last byte is no part of it.
    logic [LENGTH_BITS-1:0] values_end;
    logic [LENGTH_BITS-1:0] left;
    assign left = length - value;
    assign values_end = ends - begins > left ? begins + left : ends;

    always_comb begin
      partial[s] = '0;
      for (int unsigned lane = 0; lane < MACS; ++lane) begin
        if (LENGTH_BITS'(lane) >= begins && LENGTH_BITS'(lane) < values_end) begin
          partial[s] += PARTIAL_BITS'(PRODUCT_BITS'($signed(weights[lane])) * PRODUCT_BITS'($signed(window[lane])));
        end
      end
    end
  end
endmodule
