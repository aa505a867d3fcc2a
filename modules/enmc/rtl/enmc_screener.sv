// SPDX-License-Identifier: Apache-2.0
//
// A slice of the Screener [Liu, dissertation, Fig. 6.6]: feature buffer, weight buffer, INT4 multipliers, partial sums, comparator filter.
// All loads come over the one data bus, so there is one port for them. Sums lie row by row, a context's behind those of the one before.
//
// Biases are loaded into the sums of context 0. A row's first products are added to the bias that they find there, for whichever context;
// so contexts take their turn from the last to context 0, which overwrites it.
module enmc_screener
  import enmc_screener_pkg::*;
#(
    parameter  int unsigned INT4_MACS = 128,  // a power of two, at most a burst's values
    parameter  int unsigned COMPARATORS = 64,
    localparam int unsigned PARTIAL_BITS = PRODUCT_BITS + $clog2(INT4_MACS)
) (
    input logic clk,
    input logic rst_n,
    input registers_t registers,

    input logic in_valid,
    output logic in_ready,
    input kind_t in_kind,
    input logic in_first,  // of a load
    input logic [BEAT_BYTES_BITS-1:0] in_bytes,  // of weights that are in the beat
    input logic [BEAT_BITS-1:0] in_data,

    output logic sums_valid,  // to the special-function unit
    input logic sums_ready,
    output logic [ROW_BITS-1:0] sums_row,
    output logic [COMPARATORS-1:0][SUM_BITS-1:0] sums_data,

    output logic index_valid,  // to the index buffer
    input logic index_ready,
    output logic [CONTEXT_BITS-1:0] index_context,
    output logic [ROW_BITS-1:0] index_row,

    output logic working,  // the multipliers, in this clock
    output logic drained,  // no weight is left behind this clock
    output logic filtered  // a context's last clock
);
  // Loads.
  logic filtering;
  logic buffer_ready;
  logic accepted;
  logic [$clog2(BUFFER_BEATS)-1:0] load_beat;
  logic [$clog2(BUFFER_BEATS)-1:0] load_at;
  assign load_at = in_first ? '0 : load_beat;
  always_comb begin
    case (in_kind)
      WEIGHTS_BEAT: in_ready = !filtering && buffer_ready;
      FILTER_COMMAND: in_ready = !filtering && drained;
      default: in_ready = !filtering && !working;
    endcase
  end
  assign accepted = in_valid && in_ready;
  always_ff @(posedge clk) begin
    if (accepted) load_beat <= load_at + 1'b1;
  end

  logic [BUFFER_BEATS-1:0][BEAT_BITS-1:0] features;
  always_ff @(posedge clk) begin
    if (accepted && in_kind == FEATURES_BEAT) features[load_at] <= in_data;
  end

  logic slice_taken;
  logic slice_last;
  logic [LENGTH_BITS-1:0] slice_count;
  logic [INT4_MACS*VALUE_BITS-1:0] slice;
  enmc_weight_buffer #(
      .MACS(INT4_MACS)
  ) weights (
      .clk,
      .rst_n,
      .in_valid(accepted && in_kind == WEIGHTS_BEAT),
      .in_ready(buffer_ready),
      .in_bytes,
      .in_data,
      .out_valid(working),
      .out_last(slice_last),
      .out_count(slice_count),
      .out_slice(slice),
      .out_taken(slice_taken)
  );

  // Where in the block the multipliers are.
  logic [LENGTH_BITS-1:0] from;  // lane of the slice
  logic [LENGTH_BITS-1:0] phase;  // value of the row in that lane
  logic [ROW_BITS-1:0] row;
  logic [CONTEXT_BITS-1:0] turn;  // contexts before this one
  logic [CONTEXT_BITS-1:0] context_number;
  assign context_number = CONTEXT_BITS'(registers.contexts - 1'b1) - turn;

  logic [LENGTH_BITS-1:0] row_values;  // with what fills the last byte
  assign row_values = registers.length + LENGTH_BITS'(registers.length[0]);

  // This clock's part: the rest of a row, and what follows of the next.
  logic [LENGTH_BITS-1:0] row_left;
  logic [LENGTH_BITS-1:0] cut;
  logic [LENGTH_BITS-1:0] to;
  logic row_ends;
  logic next_ends;
  assign row_left = row_values - phase;
  assign row_ends = row_left <= slice_count - from;
  assign cut = row_ends ? from + row_left : slice_count;
  assign next_ends = row_ends && row_values <= slice_count - cut;
  assign to = next_ends ? cut + row_values : slice_count;

  logic turns_end;
  assign turns_end = context_number == '0;
  assign slice_taken = working && turns_end && to == slice_count;
  assign drained = !working || (slice_taken && slice_last);
  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      from <= '0;
      phase <= '0;
      row <= '0;
      turn <= '0;
    end else if (accepted && in_kind == BIASES_BEAT) begin
      phase <= '0;
      row <= '0;
    end else if (working) begin
      turn <= turns_end ? '0 : turn + 1'b1;
      if (turns_end) begin
        from <= slice_taken ? '0 : to;
        row <= row + ROW_BITS'(row_ends) + ROW_BITS'(next_ends);
        if (next_ends) phase <= '0;
        else if (row_ends) phase <= to - cut;
        else phase <= phase + to - from;
      end
    end
  end

  logic signed [1:0][PARTIAL_BITS-1:0] partial;
  enmc_mac_slice #(
      .MACS(INT4_MACS)
  ) macs (
      .weights(slice),
      .features,
      .context_at(LENGTH_BITS'(context_number) * row_values),
      .phase,
      .length(registers.length),
      .from,
      .cut,
      .to,
      .partial
  );

  // Partial sums: both of a clock's rows, or a load of biases.
  logic [SUMS-1:0][SUM_BITS-1:0] sums;
  logic [ROW_BITS-1:0] context_sums;
  logic [ROW_BITS-1:0] next_row;
  assign context_sums = ROW_BITS'(context_number * registers.rows);
  assign next_row = row + 1'b1;
  always_ff @(posedge clk) begin
    if (accepted && in_kind == BIASES_BEAT) sums[load_at*BEAT_SUMS+:BEAT_SUMS] <= in_data;
    if (working) begin
      sums[context_sums+row] <= (phase == '0 ? sums[row] : sums[context_sums+row]) + SUM_BITS'($signed(partial[0]));
      if (to != cut) sums[context_sums+next_row] <= sums[next_row] + SUM_BITS'($signed(partial[1]));
    end
  end

  logic [ROW_BITS-1:0] first_sum;
  always_comb begin
    for (int unsigned i = 0; i < COMPARATORS; ++i) sums_data[i] = sums[first_sum+ROW_BITS'(i)];
  end
  enmc_filter #(
      .COMPARATORS(COMPARATORS)
  ) filter (
      .clk,
      .rst_n,
      .contexts(registers.contexts),
      .rows(registers.rows),
      .threshold(registers.threshold),
      .start(accepted && in_kind == FILTER_COMMAND),
      .busy(filtering),
      .ended(filtered),
      .first_sum,
      .sums(sums_data),
      .sums_valid,
      .sums_ready,
      .sums_row,
      .index_valid,
      .index_ready,
      .index_context,
      .index_row
  );
endmodule
