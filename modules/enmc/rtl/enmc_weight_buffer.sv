// SPDX-License-Identifier: Apache-2.0
//
// The weight buffer: bursts go in, slices of as many values as there are multipliers come out. Of a load's last burst, which may be a
// part of one, the last slice may be a part as well.
module enmc_weight_buffer
  import enmc_screener_pkg::*;
#(
    parameter int unsigned MACS = 128
) (
    input logic clk,
    input logic rst_n,

    input logic in_valid,
    output logic in_ready,
    input logic [BEAT_BYTES_BITS-1:0] in_bytes,
    input logic [BEAT_BITS-1:0] in_data,

    output logic out_valid,
    output logic out_last,  // of what the buffer holds
    output logic [LENGTH_BITS-1:0] out_count,  // values that are weights
    output logic [MACS*VALUE_BITS-1:0] out_slice,
    input logic out_taken
);
  localparam int unsigned SLICES = BEAT_VALUES / MACS;  // of a burst
  localparam int unsigned PLACE_BITS = $clog2(BUFFER_BEATS);

  logic [BUFFER_BEATS-1:0][BEAT_BITS-1:0] beats;
  logic [BUFFER_BEATS-1:0][BEAT_BYTES_BITS-1:0] bytes;
  logic [PLACE_BITS-1:0] head;
  logic [PLACE_BITS-1:0] tail;
  logic [PLACE_BITS:0] held;

  logic [BEAT_BYTES_BITS:0] passed;  // values of this burst that are in slices before
  logic [BEAT_BYTES_BITS:0] left;
  assign left = {bytes[head], 1'b0} - passed;

  logic last_slice;  // of the burst
  assign last_slice = left <= (BEAT_BYTES_BITS + 1)'(MACS);
  assign in_ready = held != (PLACE_BITS + 1)'(BUFFER_BEATS);
  assign out_valid = held != '0;
  assign out_last = held == (PLACE_BITS + 1)'(1) && last_slice;
  assign out_count = last_slice ? LENGTH_BITS'(left) : LENGTH_BITS'(MACS);

  if (SLICES == 1) begin : g_whole
    assign out_slice = beats[head];
    assign passed = '0;
  end else begin : g_parts
    localparam int unsigned SLICE_BITS = $clog2(SLICES);
    logic [SLICE_BITS-1:0] slice;
    assign out_slice = beats[head][slice*(MACS*VALUE_BITS)+:MACS*VALUE_BITS];
    assign passed = (BEAT_BYTES_BITS + 1)'(slice) * (BEAT_BYTES_BITS + 1)'(MACS);
    always_ff @(posedge clk or negedge rst_n) begin
      if (!rst_n) slice <= '0;
      else if (out_taken) slice <= last_slice ? '0 : slice + 1'b1;
    end
  end

  logic pushed;
  logic popped;
  assign pushed = in_valid && in_ready;
  assign popped = out_taken && last_slice;
  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      head <= '0;
      tail <= '0;
      held <= '0;
    end else begin
      if (pushed) tail <= tail + 1'b1;
      if (popped) head <= head + 1'b1;
      held <= held + (PLACE_BITS + 1)'(pushed) - (PLACE_BITS + 1)'(popped);
    end
  end
  always_ff @(posedge clk) begin
    if (pushed) begin
      beats[tail] <= in_data;
      bytes[tail] <= in_bytes;
    end
  end
endmodule
