// SPDX-License-Identifier: Apache-2.0
//
// An octet: two thread groups with a weight register each, which share an activation register; 64 output channels at one position.
// Every load enters with valid and ready, the activations of a segment with its first one. Results leave with valid and ready in the
// cycle in which they are complete, into registers of whoever takes them; while nobody does the whole octet stands still.
module sparsynergy_octet
  import sparsynergy_pkg::*;
#(
    parameter int unsigned PARTIAL_SUM_BITS = 32,
    parameter int unsigned PUBLISHED = 0,
    localparam int unsigned LANE_COUNT_BITS = $clog2(FEDPS * COLUMNS * LANES + 1),
    localparam int unsigned FEDP_COUNT_BITS = $clog2(FEDPS + 1)
) (
    input logic clk,
    input logic rst_n,

    input logic in_valid,
    output logic in_ready,
    input logic in_starts_pass,
    input logic in_starts_accumulation,
    input logic in_ends_accumulation,
    input load_t [GROUPS-1:0][GROUP_FEDPS-1:0] in_loads,
    input activations_t in_activations,

    output logic out_valid,
    input logic out_ready,
    output logic [GROUPS-1:0][GROUP_FEDPS-1:0][SUMS-1:0][RESULT_BITS-1:0] out_results,

    // For counters: a load is accumulated in this cycle; one is multiplied, by so many FEDPs and lanes.
    output logic accumulating,
    output logic working,
    output logic [FEDP_COUNT_BITS-1:0] working_fedps,
    output logic [LANE_COUNT_BITS-1:0] working_lanes
);
  // A result that nobody takes stops every stage.
  logic advance;
  assign advance  = !out_valid || out_ready;
  assign in_ready = advance;

  // Stage fetch: data are in the weight and activation registers.
  logic fetched_valid;
  logic fetched_starts;
  logic fetched_ends;
  activations_t fetched_activations;

  // Stage select: data are in the FEDPs, as in the next one.
  logic selected_valid;
  logic selected_starts;
  logic selected_ends;

  // Stage multiply.
  logic multiplied_valid;
  logic multiplied_starts;
  logic multiplied_ends;
  assign out_valid = multiplied_valid && multiplied_ends;

  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      fetched_valid <= 1'b0;
      selected_valid <= 1'b0;
      multiplied_valid <= 1'b0;
    end else if (advance) begin
      fetched_valid <= in_valid;
      selected_valid <= fetched_valid;
      multiplied_valid <= selected_valid;
    end
  end

  always_ff @(posedge clk) begin
    if (advance && in_valid) begin
      fetched_starts <= in_starts_accumulation;
      fetched_ends   <= in_ends_accumulation;
      if (in_starts_pass) fetched_activations <= in_activations;
    end
    if (advance && fetched_valid) begin
      selected_starts <= fetched_starts;
      selected_ends   <= fetched_ends;
    end
    if (advance && selected_valid) begin
      multiplied_starts <= selected_starts;
      multiplied_ends   <= selected_ends;
    end
  end

  load_t [GROUPS-1:0][GROUP_FEDPS-1:0] selected;
  for (genvar g = 0; g < GROUPS; ++g) begin : g_group
    sparsynergy_thread_group #(
        .PARTIAL_SUM_BITS(PARTIAL_SUM_BITS),
        .PUBLISHED(PUBLISHED)
    ) thread_group (
        .clk,
        .fetch(advance && in_valid),
        .select(advance && fetched_valid),
        .multiply(advance && selected_valid),
        .accumulate(advance && multiplied_valid),
        .starts(multiplied_starts),
        .loads(in_loads[g]),
        .activations(fetched_activations),
        .selected(selected[g]),
        .results(out_results[g])
    );
  end

  assign accumulating = advance && multiplied_valid;
  assign working = advance && selected_valid;
  always_comb begin
    working_fedps = '0;
    working_lanes = '0;
    for (int g = 0; g < GROUPS; ++g) begin
      for (int f = 0; f < GROUP_FEDPS; ++f) begin
        if (selected[g][f].valid) begin
          working_fedps += FEDP_COUNT_BITS'(1);
          for (int c = 0; c < COLUMNS; ++c) begin
            for (int l = 0; l < LANES; ++l) begin
              working_lanes += LANE_COUNT_BITS'(selected[g][f].column[c][l]);
            end
          end
        end
      end
    end
  end
endmodule
