// SPDX-License-Identifier: Apache-2.0
#include "baselines/stripes/params.h"

#include "baselines/stripes/pe.h"

namespace lacuna::baselines {

std::uint64_t StripesParams::serial_lanes() const {
  return std::uint64_t{pe_array.rows} * pe_array.columns * stripes_lanes;
}

}  // namespace lacuna::baselines
