// SPDX-License-Identifier: Apache-2.0
//
// A DMA engine that copies bytes from memory to memory by AXI4, programmed by AXI4-Lite. It is here to test bridges, and as the example
// of doc/bring_your_rtl.md. Source and destination must lie alike in their 64-bit words. Four bursts of up to 16 beats
// may be outstanding, each with an ID and a buffer of its own; none crosses 4 KiB. Registers, of 64 bits each:
//
//   0x00 source   0x08 destination   0x10 bytes   0x18 write: start; read: bit 0 busy, bit 1 an access was answered with an error
//
// `defect` breaks one rule of the protocol on purpose: it is how the checker's rules are tested.
module axi_dma (
    input logic clk,
    input logic rst_n,
    input logic [3:0] defect,
    output logic busy,

    input logic s_axil_awvalid,
    output logic s_axil_awready,
    input logic [4:0] s_axil_awaddr,
    input logic s_axil_wvalid,
    output logic s_axil_wready,
    input logic [63:0] s_axil_wdata,
    input logic [7:0] s_axil_wstrb,
    output logic s_axil_bvalid,
    input logic s_axil_bready,
    output logic [1:0] s_axil_bresp,
    input logic s_axil_arvalid,
    output logic s_axil_arready,
    input logic [4:0] s_axil_araddr,
    output logic s_axil_rvalid,
    input logic s_axil_rready,
    output logic [63:0] s_axil_rdata,
    output logic [1:0] s_axil_rresp,

    output logic m_axi_awvalid,
    input logic m_axi_awready,
    output logic [1:0] m_axi_awid,
    output logic [39:0] m_axi_awaddr,
    output logic [7:0] m_axi_awlen,
    output logic [2:0] m_axi_awsize,
    output logic [1:0] m_axi_awburst,
    output logic m_axi_wvalid,
    input logic m_axi_wready,
    output logic [63:0] m_axi_wdata,
    output logic [7:0] m_axi_wstrb,
    output logic m_axi_wlast,
    input logic m_axi_bvalid,
    output logic m_axi_bready,
    input logic [1:0] m_axi_bid,
    input logic [1:0] m_axi_bresp,
    output logic m_axi_arvalid,
    input logic m_axi_arready,
    output logic [1:0] m_axi_arid,
    output logic [39:0] m_axi_araddr,
    output logic [7:0] m_axi_arlen,
    output logic [2:0] m_axi_arsize,
    output logic [1:0] m_axi_arburst,
    input logic m_axi_rvalid,
    output logic m_axi_rready,
    input logic [1:0] m_axi_rid,
    input logic [63:0] m_axi_rdata,
    input logic [1:0] m_axi_rresp,
    input logic m_axi_rlast
);
  typedef enum logic [3:0] {
    NONE,
    VALID_DROPPED,
    PAYLOAD_CHANGED,
    CROSSES_4K,
    BEAT_TOO_WIDE,
    BURST_TYPE,
    WLAST_EARLY,
    STROBE_LANE,
    VALID_IN_RESET
  } defect_t;

  // Registers.
  logic [39:0] source, destination, left;
  logic error, start;
  logic [4:0] write_register;
  logic have_address;
  assign s_axil_awready = !have_address;
  assign s_axil_wready = have_address && !s_axil_bvalid;
  assign s_axil_bresp = 2'b00;
  assign s_axil_rresp = 2'b00;
  assign start = s_axil_wvalid && s_axil_wready && write_register[4:3] == 2'd3 && s_axil_wstrb[0];
  assign s_axil_arready = !s_axil_rvalid;
  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      have_address <= 1'b0;
      s_axil_bvalid <= 1'b0;
      s_axil_rvalid <= 1'b0;
    end else begin
      if (s_axil_awvalid && s_axil_awready) begin
        have_address <= 1'b1;
        write_register <= s_axil_awaddr;
      end
      if (s_axil_wvalid && s_axil_wready) begin
        have_address <= 1'b0;
        s_axil_bvalid <= 1'b1;
      end else if (s_axil_bready) s_axil_bvalid <= 1'b0;
      if (s_axil_arvalid && s_axil_arready) begin
        s_axil_rvalid <= 1'b1;
        case (s_axil_araddr[4:3])
          2'd0: s_axil_rdata <= 64'(source);
          2'd1: s_axil_rdata <= 64'(destination);
          2'd2: s_axil_rdata <= 64'(left);
          default: s_axil_rdata <= {62'd0, error, busy};
        endcase
      end else if (s_axil_rready) s_axil_rvalid <= 1'b0;
    end
  end

  // The next burst: not beyond 16 words, nor across 4 KiB on either side.
  logic [12:0] to_source_page, to_destination_page, in_words, most, piece;
  assign to_source_page = 13'd4096 - 13'(source[11:0]);
  assign to_destination_page = 13'd4096 - 13'(destination[11:0]);
  assign in_words = 13'd128 - 13'(source[2:0]);
  always_comb begin
    most = in_words;
    if (defect != CROSSES_4K) begin
      if (to_source_page < most) most = to_source_page;
      if (to_destination_page < most) most = to_destination_page;
    end
    piece = left < 40'(most) ? left[12:0] : most;
  end
  logic [12:0] beats;
  assign beats = (13'(source[2:0]) + piece + 13'd7) >> 3;

  // Slots: one a burst, whose number is its ID.
  logic [3:0] used;  // taken by a read, freed by the response of the write
  logic [3:0] complete;
  logic [39:0] target[4];
  logic [12:0] bytes[4];
  logic [7:0] length[4];
  logic [7:0] filled[4];
  logic [63:0] buffer[4][16];
  logic [1:0] next_read, next_write;

  logic issue;
  assign issue = left != 0 && !used[next_read] && (!m_axi_arvalid || m_axi_arready);
  assign m_axi_arsize = defect == BEAT_TOO_WIDE ? 3'd4 : 3'd3;
  assign m_axi_arburst = defect == BURST_TYPE ? 2'b10 : 2'b01;
  assign m_axi_rready = 1'b1;
  assign m_axi_bready = 1'b1;
  assign busy = left != 0 || used != 0;

  // Write data of the slot whose address was sent.
  logic sending;
  logic [1:0] slot;
  logic [7:0] beat;
  assign m_axi_awsize = 3'd3;
  assign m_axi_awburst = 2'b01;
  assign m_axi_wvalid = sending;
  assign m_axi_wdata = buffer[slot][beat[3:0]];
  assign m_axi_wlast = beat == length[slot] || (defect == WLAST_EARLY && beat + 8'd1 == length[slot]);
  logic [7:0] first_lanes, last_lanes;
  logic [12:0] end_offset;
  assign end_offset = 13'(target[slot][2:0]) + bytes[slot];
  assign first_lanes = 8'hFF << target[slot][2:0];
  assign last_lanes = end_offset[2:0] == 0 ? 8'hFF : 8'hFF >> (4'd8 - 4'(end_offset[2:0]));
  assign m_axi_wstrb = defect == STROBE_LANE ? 8'hFF : (beat == 0 ? first_lanes : 8'hFF) &
                       (beat == length[slot] ? last_lanes : 8'hFF);

  logic begin_write;
  assign begin_write = used[next_write] && complete[next_write] && !sending &&
                       (!m_axi_awvalid || m_axi_awready);
  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      left <= '0;
      error <= 1'b0;
      used <= '0;
      complete <= '0;
      next_read <= '0;
      next_write <= '0;
      m_axi_arvalid <= defect == VALID_IN_RESET;
      m_axi_awvalid <= 1'b0;
      sending <= 1'b0;
    end else begin
      if (s_axil_wvalid && s_axil_wready && !busy) begin
        case (write_register[4:3])
          2'd0: source <= s_axil_wdata[39:0];
          2'd1: destination <= s_axil_wdata[39:0];
          default: ;
        endcase
      end
      if (start) error <= 1'b0;

      if (m_axi_arready) m_axi_arvalid <= 1'b0;
      else if (defect == VALID_DROPPED) m_axi_arvalid <= 1'b0;
      else if (defect == PAYLOAD_CHANGED && m_axi_arvalid) m_axi_araddr <= m_axi_araddr ^ 40'd8;
      if (start && !busy) left <= pending;
      else if (issue) begin
        m_axi_arvalid <= 1'b1;
        m_axi_arid <= next_read;
        m_axi_araddr <= source;
        m_axi_arlen <= 8'(beats - 13'd1);
        target[next_read] <= destination;
        bytes[next_read] <= piece;
        length[next_read] <= 8'(beats - 13'd1);
        filled[next_read] <= '0;
        used[next_read] <= 1'b1;
        complete[next_read] <= 1'b0;
        next_read <= next_read + 2'd1;
        source <= source + 40'(piece);
        destination <= destination + 40'(piece);
        left <= left - 40'(piece);
      end

      if (m_axi_rvalid) begin
        filled[m_axi_rid] <= filled[m_axi_rid] + 8'd1;
        if (m_axi_rlast) complete[m_axi_rid] <= 1'b1;
        if (m_axi_rresp[1]) error <= 1'b1;
      end

      if (m_axi_awready) m_axi_awvalid <= 1'b0;
      if (begin_write) begin
        m_axi_awvalid <= 1'b1;
        m_axi_awid <= next_write;
        m_axi_awaddr <= target[next_write];
        m_axi_awlen <= length[next_write];
        slot <= next_write;
        beat <= '0;
        sending <= 1'b1;
        next_write <= next_write + 2'd1;
        complete[next_write] <= 1'b0;
      end else if (sending && m_axi_wready) begin
        beat <= beat + 8'd1;
        if (beat == length[slot]) sending <= 1'b0;
      end
      if (m_axi_bvalid) begin
        used[m_axi_bid] <= 1'b0;
        if (m_axi_bresp[1]) error <= 1'b1;
      end
    end
  end
  always_ff @(posedge clk) begin
    if (m_axi_rvalid) buffer[m_axi_rid][filled[m_axi_rid][3:0]] <= m_axi_rdata;
  end

  logic [39:0] pending;  // as programmed
  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) pending <= '0;
    else if (s_axil_wvalid && s_axil_wready && write_register[4:3] == 2'd2) pending <= s_axil_wdata[39:0];
  end
endmodule
