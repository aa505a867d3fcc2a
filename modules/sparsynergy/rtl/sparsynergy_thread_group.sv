// SPDX-License-Identifier: Apache-2.0
//
// A thread group: the weight register of four FEDPs, and the FEDPs.
module sparsynergy_thread_group
  import sparsynergy_pkg::*;
#(
    parameter int unsigned PARTIAL_SUM_BITS = 32,
    parameter int unsigned PUBLISHED = 0
) (
    input logic clk,
    input logic fetch,       // the weight register takes a load
    input logic select,      // the stages of the FEDPs
    input logic multiply,
    input logic accumulate,
    input logic starts,

    input load_t [GROUP_FEDPS-1:0] loads,
    input activations_t activations,

    output load_t [GROUP_FEDPS-1:0] selected,
    output logic [GROUP_FEDPS-1:0][SUMS-1:0][RESULT_BITS-1:0] results
);
  load_t [GROUP_FEDPS-1:0] fetched;
  always_ff @(posedge clk) begin
    if (fetch) fetched <= loads;
  end

  for (genvar f = 0; f < GROUP_FEDPS; ++f) begin : g_fedp
    sparsynergy_fedp #(
        .PARTIAL_SUM_BITS(PARTIAL_SUM_BITS),
        .PUBLISHED(PUBLISHED)
    ) fedp (
        .clk,
        .select,
        .multiply,
        .accumulate,
        .starts,
        .load(fetched[f]),
        .activations,
        .selected(selected[f]),
        .results(results[f])
    );
  end
endmodule
