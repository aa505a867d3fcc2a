// SPDX-License-Identifier: Apache-2.0
//
// The sums of activations that all rows of a column of the array share [BBS §IV-C].
module bitvert_sum_generator
  import bitvert_pkg::*;
#(
    parameter int unsigned SUB_GROUP = 8,
    localparam int unsigned SUB_GROUPS = PASS_LENGTH / SUB_GROUP,
    localparam int unsigned SUM_BITS = ACTIVATION_BITS + $clog2(SUB_GROUP)
) (
    input logic [PASS_LENGTH-1:0][ACTIVATION_BITS-1:0] activations,

    output logic [SUB_GROUPS-1:0][SUM_BITS-1:0] sub_group_sums,
    output logic signed [PASS_SUM_BITS-1:0] pass_sum
);
  always_comb begin
    pass_sum = '0;
    for (int s = 0; s < SUB_GROUPS; ++s) begin
      sub_group_sums[s] = '0;
      for (int i = 0; i < SUB_GROUP; ++i) begin
        sub_group_sums[s] += SUM_BITS'($signed(activations[s*SUB_GROUP+i]));
      end
      pass_sum += PASS_SUM_BITS'($signed(sub_group_sums[s]));
    end
  end
endmodule
