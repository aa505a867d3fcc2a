// SPDX-License-Identifier: Apache-2.0
//
// An AXI4 memory to test bridges with: INCR bursts; a read with each ID may be outstanding, and beats of several IDs are mixed; every
// channel waits at random. Beyond its end accesses answer SLVERR. `defect` breaks one rule of the protocol on purpose: it is
// how the checker's rules are tested.
module axi_memory #(
    parameter int unsigned ADDRESS_BITS = 14,
    parameter int unsigned ID_BITS = 2
) (
    input logic clk,
    input logic rst_n,
    input logic [3:0] defect,

    input logic s_axi_awvalid,
    output logic s_axi_awready,
    input logic [ID_BITS-1:0] s_axi_awid,
    input logic [31:0] s_axi_awaddr,
    input logic [7:0] s_axi_awlen,
    input logic [2:0] s_axi_awsize,
    input logic s_axi_wvalid,
    output logic s_axi_wready,
    input logic [63:0] s_axi_wdata,
    input logic [7:0] s_axi_wstrb,
    input logic s_axi_wlast,
    output logic s_axi_bvalid,
    input logic s_axi_bready,
    output logic [ID_BITS-1:0] s_axi_bid,
    output logic [1:0] s_axi_bresp,
    input logic s_axi_arvalid,
    output logic s_axi_arready,
    input logic [ID_BITS-1:0] s_axi_arid,
    input logic [31:0] s_axi_araddr,
    input logic [7:0] s_axi_arlen,
    input logic [2:0] s_axi_arsize,
    output logic s_axi_rvalid,
    input logic s_axi_rready,
    output logic [ID_BITS-1:0] s_axi_rid,
    output logic [63:0] s_axi_rdata,
    output logic [1:0] s_axi_rresp,
    output logic s_axi_rlast
);
  localparam int unsigned IDS = 1 << ID_BITS;
  localparam int unsigned WORDS = 1 << (ADDRESS_BITS - 3);

  typedef enum logic [3:0] {
    NONE,
    VALID_DROPPED,
    PAYLOAD_CHANGED,
    VALID_IN_RESET,
    EARLY_RESPONSE,
    WRONG_BID,
    WRONG_RID,
    RLAST_EARLY,
    EXOKAY,
    NEVER_READY
  } defect_t;

  logic [63:0] words[WORDS];
  logic [15:0] random;  // a shift register with feedback: back-pressure
  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) random <= 16'hACE1;
    else random <= {random[14:0], random[15] ^ random[13] ^ random[12] ^ random[10]};
  end

  // Writes, one at a time.
  typedef enum logic [1:0] {
    W_ADDRESS,
    W_DATA,
    W_RESPONSE
  } write_state_t;
  write_state_t write_state;
  logic [ID_BITS-1:0] write_id;
  logic [31:0] write_address;
  logic [2:0] write_size;
  logic write_error;
  assign s_axi_awready = write_state == W_ADDRESS && random[0] && defect != NEVER_READY;
  assign s_axi_wready = write_state == W_DATA && random[1];

  always_ff @(posedge clk) begin
    if (s_axi_wvalid && s_axi_wready && write_address < 32'(8 * WORDS)) begin
      for (int i = 0; i < 8; ++i) begin
        if (s_axi_wstrb[i]) words[write_address[ADDRESS_BITS-1:3]][i*8+:8] <= s_axi_wdata[i*8+:8];
      end
    end
  end
  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      write_state <= W_ADDRESS;
      s_axi_bvalid <= defect == VALID_IN_RESET;
      write_error <= 1'b0;
    end else begin
      case (write_state)
        W_ADDRESS:
        if (s_axi_awvalid && s_axi_awready) begin
          write_id <= s_axi_awid;
          write_address <= s_axi_awaddr >> s_axi_awsize << s_axi_awsize;
          write_size <= s_axi_awsize;
          write_error <= 1'b0;
          write_state <= W_DATA;
          if (defect == EARLY_RESPONSE && s_axi_awlen != 0) s_axi_bvalid <= 1'b1;
        end
        W_DATA: begin
          if (s_axi_bvalid && s_axi_bready) s_axi_bvalid <= 1'b0;
          if (s_axi_wvalid && s_axi_wready) begin
            write_address <= write_address + (32'd1 << write_size);
            if (write_address >= 32'(8 * WORDS)) write_error <= 1'b1;
            if (s_axi_wlast) begin
              s_axi_bvalid <= 1'b1;
              write_state <= W_RESPONSE;
            end
          end
        end
        default: begin
          if (defect == VALID_DROPPED && !s_axi_bready) s_axi_bvalid <= 1'b0;
          else if (!s_axi_bvalid) s_axi_bvalid <= 1'b1;
          if (s_axi_bvalid && s_axi_bready) begin
            s_axi_bvalid <= 1'b0;
            write_state <= W_ADDRESS;
          end
        end
      endcase
    end
  end
  assign s_axi_bid = defect == WRONG_BID ? ~write_id : write_id;
  assign s_axi_bresp = defect == EXOKAY ? 2'b01 : write_error ? 2'b10 : 2'b00;

  // Reads: a slot for every ID; each beat is of a slot that the shift register picks.
  logic [IDS-1:0] busy;
  logic [31:0] read_address[IDS];
  logic [7:0] read_left[IDS];
  logic [2:0] read_size[IDS];
  logic [ID_BITS-1:0] pick;
  assign pick = random[5+:ID_BITS];
  assign s_axi_arready = random[2] && !busy[s_axi_arid];

  logic [ID_BITS-1:0] read_id;
  assign s_axi_rid = defect == WRONG_RID ? ~read_id : read_id;
  logic take;  // a new beat goes to the register of the channel
  assign take = (!s_axi_rvalid || s_axi_rready) && busy[pick] && random[9];
  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      busy <= '0;
      s_axi_rvalid <= 1'b0;
    end else begin
      if (s_axi_rvalid && s_axi_rready) s_axi_rvalid <= 1'b0;
      if (defect == PAYLOAD_CHANGED && s_axi_rvalid && !s_axi_rready) s_axi_rdata <= ~s_axi_rdata;
      if (take) begin
        s_axi_rvalid <= 1'b1;
        read_id <= pick;
        s_axi_rdata <= words[read_address[pick][ADDRESS_BITS-1:3]];
        s_axi_rresp <= read_address[pick] < 32'(8 * WORDS) ? 2'b00 : 2'b10;
        s_axi_rlast <= read_left[pick] == 0 || (defect == RLAST_EARLY && read_left[pick] == 1);
        read_left[pick] <= read_left[pick] - 8'd1;
        read_address[pick] <= ((read_address[pick] >> read_size[pick]) + 32'd1) << read_size[pick];
        if (read_left[pick] == 0) busy[pick] <= 1'b0;
      end
      if (s_axi_arvalid && s_axi_arready) begin
        busy[s_axi_arid] <= 1'b1;
        read_address[s_axi_arid] <= s_axi_araddr;
        read_left[s_axi_arid] <= s_axi_arlen;
        read_size[s_axi_arid] <= s_axi_arsize;
      end
    end
  end
endmodule
