// SPDX-License-Identifier: Apache-2.0
//
// Adds a constant to every byte of an AXI4-Stream, by way of one register; its ready comes at random. It is here to test
// bridges: `defect` breaks one rule of the protocol on purpose.
module axis_adder (
    input logic clk,
    input logic rst_n,
    input logic [3:0] defect,
    input logic [7:0] addend,

    input logic s_axis_tvalid,
    output logic s_axis_tready,
    input logic [31:0] s_axis_tdata,
    input logic [3:0] s_axis_tkeep,
    input logic s_axis_tlast,

    output logic m_axis_tvalid,
    input logic m_axis_tready,
    output logic [31:0] m_axis_tdata,
    output logic [3:0] m_axis_tkeep,
    output logic m_axis_tlast
);
  typedef enum logic [3:0] {
    NONE,
    VALID_DROPPED,
    PAYLOAD_CHANGED,
    VALID_IN_RESET,
    NEVER_READY,
    SPARSE_KEEP
  } defect_t;

  logic [15:0] random;
  assign s_axis_tready = (!m_axis_tvalid || m_axis_tready) && random[0] && defect != NEVER_READY;
  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      random <= 16'hACE1;
      m_axis_tvalid <= defect == VALID_IN_RESET;
    end else begin
      random <= {random[14:0], random[15] ^ random[13] ^ random[12] ^ random[10]};
      if (m_axis_tready || defect == VALID_DROPPED) m_axis_tvalid <= 1'b0;
      if (defect == PAYLOAD_CHANGED) m_axis_tdata <= ~m_axis_tdata;
      if (s_axis_tvalid && s_axis_tready) begin
        m_axis_tvalid <= 1'b1;
        for (int i = 0; i < 4; ++i) m_axis_tdata[i*8+:8] <= s_axis_tdata[i*8+:8] + addend;
        m_axis_tkeep <= defect == SPARSE_KEEP ? 4'b1010 : s_axis_tkeep;
        m_axis_tlast <= s_axis_tlast;
      end
    end
  end
endmodule
