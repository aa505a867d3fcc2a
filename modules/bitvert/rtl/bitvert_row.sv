// SPDX-License-Identifier: Apache-2.0
//
// One row of the array: fetch register, scheduler, COLUMNS processing elements. A weight column enters with valid and ready, one a cycle;
// activations and their sums enter with the first column of a pass and are held. Results leave with valid and ready in the cycle in
// which they are complete, into registers of whoever takes them; while nobody does the whole row stands still.
module bitvert_row
  import bitvert_pkg::*;
#(
    parameter int unsigned COLUMNS = 16,
    parameter int unsigned SUB_GROUP = 8,
    parameter int unsigned ACCUMULATOR_BITS = 32,
    localparam int unsigned SUB_GROUPS = PASS_LENGTH / SUB_GROUP,
    localparam int unsigned MULTIPLIERS = SUB_GROUP / 2,
    localparam int unsigned SELECT_BITS = $clog2(MULTIPLIERS + 1),
    localparam int unsigned SUM_BITS = ACTIVATION_BITS + $clog2(SUB_GROUP),
    localparam int unsigned LANE_COUNT_BITS = $clog2(SUB_GROUPS * MULTIPLIERS + 1)
) (
    input logic clk,
    input logic rst_n,

    input logic in_valid,
    output logic in_ready,
    input logic [PASS_LENGTH-1:0] in_column,
    input logic in_starts_pass,
    input logic in_starts_accumulation,
    input logic in_ends_accumulation,
    input group_metadata_t in_metadata,
    input block_header_t in_header,
    input logic [COLUMNS-1:0][PASS_LENGTH-1:0][ACTIVATION_BITS-1:0] in_activations,
    input logic [COLUMNS-1:0][SUB_GROUPS-1:0][SUM_BITS-1:0] in_sub_group_sums,
    input logic [COLUMNS-1:0][PASS_SUM_BITS-1:0] in_pass_sums,

    output logic out_valid,
    input logic out_ready,
    output logic [COLUMNS-1:0][ACCUMULATOR_BITS-1:0] out_results,

    // For counters: a column is accumulated in this cycle; one is multiplied, by so many lanes of each PE, with a slice of the constant.
    output logic accumulating,
    output logic working,
    output logic [LANE_COUNT_BITS-1:0] working_lanes,
    output logic working_constant
);
  // A result that nobody takes stops every stage.
  logic advance;
  assign advance   = !out_valid || out_ready;
  assign in_ready  = advance;

  // Stage fetch.
  logic fetched_valid;
  logic [PASS_LENGTH-1:0] fetched_column;
  logic fetched_starts_pass;
  logic fetched_starts;
  logic fetched_ends;
  group_metadata_t fetched_metadata;
  block_header_t fetched_header;
  logic [COLUMNS-1:0][PASS_LENGTH-1:0][ACTIVATION_BITS-1:0] fetched_activations;
  logic [COLUMNS-1:0][SUB_GROUPS-1:0][SUM_BITS-1:0] fetched_sub_group_sums;
  logic [COLUMNS-1:0][PASS_SUM_BITS-1:0] fetched_pass_sums;

  // Stage schedule.
  logic scheduled_valid;
  logic scheduled_starts;
  logic scheduled_ends;
  logic [SUB_GROUPS-1:0] scheduled_invert;
  logic [SUB_GROUPS-1:0][MULTIPLIERS-1:0] scheduled_lanes;
  logic [SUB_GROUPS-1:0][MULTIPLIERS-1:0][SELECT_BITS-1:0] scheduled_select;
  logic [2:0] scheduled_significance;
  logic scheduled_negate;
  constant_slice_t scheduled_constant;
  logic [COLUMNS-1:0][PASS_LENGTH-1:0][ACTIVATION_BITS-1:0] scheduled_activations;
  logic [COLUMNS-1:0][SUB_GROUPS-1:0][SUM_BITS-1:0] scheduled_sub_group_sums;
  logic [COLUMNS-1:0][PASS_SUM_BITS-1:0] scheduled_pass_sums;

  // Stage multiply: data are in the PEs.
  logic multiplied_valid;
  logic multiplied_starts;
  logic multiplied_ends;
  assign out_valid = multiplied_valid && multiplied_ends;

  logic [SUB_GROUPS-1:0] plan_invert;
  logic [SUB_GROUPS-1:0][MULTIPLIERS-1:0] plan_lanes;
  logic [SUB_GROUPS-1:0][MULTIPLIERS-1:0][SELECT_BITS-1:0] plan_select;
  logic [2:0] plan_significance;
  logic plan_negate;
  constant_slice_t plan_constant;
  bitvert_row_scheduler #(
      .SUB_GROUP(SUB_GROUP)
  ) scheduler (
      .clk,
      .rst_n,
      .enable(advance && fetched_valid),
      .column(fetched_column),
      .starts_pass(fetched_starts_pass),
      .metadata(fetched_metadata),
      .header(fetched_header),
      .invert(plan_invert),
      .valid(plan_lanes),
      .select(plan_select),
      .significance(plan_significance),
      .negate(plan_negate),
      .constant(plan_constant)
  );

  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      fetched_valid <= 1'b0;
      scheduled_valid <= 1'b0;
      multiplied_valid <= 1'b0;
    end else if (advance) begin
      fetched_valid <= in_valid;
      scheduled_valid <= fetched_valid;
      multiplied_valid <= scheduled_valid;
    end
  end

  always_ff @(posedge clk) begin
    if (advance && in_valid) begin
      fetched_column <= in_column;
      fetched_starts_pass <= in_starts_pass;
      fetched_starts <= in_starts_accumulation;
      fetched_ends <= in_ends_accumulation;
      if (in_starts_pass) begin
        fetched_metadata <= in_metadata;
        fetched_header <= in_header;
        fetched_activations <= in_activations;
        fetched_sub_group_sums <= in_sub_group_sums;
        fetched_pass_sums <= in_pass_sums;
      end
    end
    if (advance && fetched_valid) begin
      scheduled_starts <= fetched_starts;
      scheduled_ends <= fetched_ends;
      scheduled_invert <= plan_invert;
      scheduled_lanes <= plan_lanes;
      scheduled_select <= plan_select;
      scheduled_significance <= plan_significance;
      scheduled_negate <= plan_negate;
      scheduled_constant <= plan_constant;
      if (fetched_starts_pass) begin
        scheduled_activations <= fetched_activations;
        scheduled_sub_group_sums <= fetched_sub_group_sums;
        scheduled_pass_sums <= fetched_pass_sums;
      end
    end
    if (advance && scheduled_valid) begin
      multiplied_starts <= scheduled_starts;
      multiplied_ends   <= scheduled_ends;
    end
  end

  assign accumulating = advance && multiplied_valid;
  assign working = advance && scheduled_valid;
  assign working_constant = scheduled_constant.active;
  always_comb begin
    working_lanes = '0;
    for (int s = 0; s < SUB_GROUPS; ++s) begin
      for (int m = 0; m < MULTIPLIERS; ++m) begin
        working_lanes += LANE_COUNT_BITS'(scheduled_lanes[s][m]);
      end
    end
  end

  for (genvar c = 0; c < COLUMNS; ++c) begin : g_pe
    bitvert_pe #(
        .SUB_GROUP(SUB_GROUP),
        .ACCUMULATOR_BITS(ACCUMULATOR_BITS)
    ) pe (
        .clk,
        .multiply(advance && scheduled_valid),
        .accumulate(advance && multiplied_valid),
        .starts(multiplied_starts),
        .invert(scheduled_invert),
        .valid(scheduled_lanes),
        .select(scheduled_select),
        .significance(scheduled_significance),
        .negate(scheduled_negate),
        .constant(scheduled_constant),
        .activations(scheduled_activations[c]),
        .sub_group_sums(scheduled_sub_group_sums[c]),
        .pass_sum(scheduled_pass_sums[c]),
        .result(out_results[c])
    );
  end
endmodule
