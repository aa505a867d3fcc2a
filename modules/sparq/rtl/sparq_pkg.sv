// SPDX-License-Identifier: Apache-2.0
//
// SPARQ's formats [SPARQ §3.1]: windows of so many bits at so many placements. 8 bits with one placement is the conventional machine.
package sparq_pkg;
  localparam int unsigned VALUE_BITS = 8;
  localparam int unsigned ACTIVATION_BITS = 9;  // uint8 or int8: -128..255

  // Bits between one placement of a window and the next.
  function automatic int unsigned placement_distance(int unsigned bits, int unsigned placements);
    return placements == 1 ? 1 : (VALUE_BITS - bits) / (placements - 1);
  endfunction

  // Width of ShiftCtrl, the number of a placement.
  function automatic int unsigned shift_control_bits(int unsigned placements);
    return placements == 1 ? 1 : $clog2(placements);
  endfunction

  // Width of a column's operand: of two lanes each MuxCtrl, ShiftCtrl and, below it, the lane, which is a window, 0..2^bits - 1, or the
  // signed upper part of an int8; in the conventional machine an activation.
  function automatic int unsigned operand_bits(int unsigned bits, int unsigned placements);
    return bits == VALUE_BITS ? ACTIVATION_BITS : 2 * (1 + shift_control_bits(placements) + bits + 1);
  endfunction
endpackage
