// SPDX-License-Identifier: Apache-2.0
//
// The two levels of operand selection of an FEDP. Each half of its lanes sees a half of the activation register, four blocks of four:
// a pair of lanes selects a block, and each lane an element of that block [SparSynergy Fig. 5b].
module sparsynergy_operand_select
  import sparsynergy_pkg::*;
(
    input activations_t activations,
    input logic [LANES/2-1:0][1:0] block_select,
    input logic [LANES-1:0][1:0] element_select,
    output operands_t operands
);
  localparam int unsigned HALF_LANES = LANES / HALVES;
  for (genvar l = 0; l < LANES; ++l) begin : g_lane
    assign operands[l] = activations[l/HALF_LANES][block_select[l/2]][element_select[l]];
  end
endmodule
