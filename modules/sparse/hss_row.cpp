// SPDX-License-Identifier: Apache-2.0
#include "sparse/hss_row.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "sparse/bit_string.h"

namespace lacuna::sparse {
namespace {

using Places = std::array<std::uint8_t, longest_keep_group>;

/// The places of the `ratio.kept` largest scores, rising; of equal scores the first.
Places largest(const std::array<unsigned, longest_keep_group>& scores, const KeepRatio& ratio) {
  Places places{};
  for (unsigned i = 0; i < ratio.of; ++i) {
    places[i] = static_cast<std::uint8_t>(i);
  }
  std::stable_sort(places.begin(), places.begin() + ratio.of,
                   [&](unsigned a, unsigned b) { return scores[a] > scores[b]; });
  std::sort(places.begin(), places.begin() + ratio.kept);
  return places;
}

/// One window, with zeros behind the end of its row.
class Window {
 public:
  Window(Span<const std::int8_t> row, std::size_t first, const HssFormat& format)
      : row_(row), first_(first), format_(format) {}

  void compress(HssRow& to) const {
    std::array<Places, longest_keep_group> values{};
    std::array<unsigned, longest_keep_group> scores{};
    for (unsigned block = 0; block < format_.blocks.of; ++block) {
      values[block] = best_of(block);
      for (unsigned i = 0; i < format_.values.kept; ++i) {
        scores[block] += magnitude(block, values[block][i]);
      }
    }
    const Places blocks = largest(scores, format_.blocks);
    for (unsigned b = 0; b < format_.blocks.kept; ++b) {
      to.block_index.push_back(blocks[b]);
      for (unsigned i = 0; i < format_.values.kept; ++i) {
        const std::uint8_t place = values[blocks[b]][i];
        to.value_index.push_back(place);
        to.values.push_back(at(blocks[b], place));
      }
    }
  }

 private:
  std::int8_t at(unsigned block, unsigned place) const {
    const std::size_t element = first_ + block * format_.values.of + place;
    return element < row_.size() ? row_[element] : std::int8_t{0};
  }
  unsigned magnitude(unsigned block, unsigned place) const {
    return static_cast<unsigned>(std::abs(int{at(block, place)}));
  }
  Places best_of(unsigned block) const {
    std::array<unsigned, longest_keep_group> magnitudes{};
    for (unsigned i = 0; i < format_.values.of; ++i) {
      magnitudes[i] = magnitude(block, i);
    }
    return largest(magnitudes, format_.values);
  }

  Span<const std::int8_t> row_;
  std::size_t first_;
  const HssFormat& format_;
};

}  // namespace

std::size_t hss_windows(std::size_t elements, const HssFormat& format) {
  return (elements + format.window_elements() - 1) / format.window_elements();
}

HssRow compress_hss(Span<const std::int8_t> row, const HssFormat& format) {
  HssRow compressed;
  for (std::size_t first = 0; first < row.size(); first += format.window_elements()) {
    Window(row, first, format).compress(compressed);
  }
  return compressed;
}

void decode_hss(const HssRow& compressed, const HssFormat& format, Span<std::int8_t> row) {
  std::fill(row.begin(), row.end(), std::int8_t{0});
  for (std::size_t i = 0; i < compressed.values.size(); ++i) {
    const std::size_t block = i / format.values.kept;
    const std::size_t element = block / format.blocks.kept * format.window_elements() +
                                compressed.block_index[block] * format.values.of +
                                compressed.value_index[i];
    if (element < row.size()) {
      row[element] = compressed.values[i];
    }
  }
}

std::vector<std::uint8_t> pack_hss_indices(const HssRow& row, const HssFormat& format) {
  const unsigned block_bits = format.blocks.index_bits();
  const unsigned value_bits = format.values.index_bits();
  std::vector<std::uint8_t> bytes;
  BitWriter bits(bytes);
  const std::size_t windows = row.block_index.size() / format.blocks.kept;
  for (std::size_t window = 0; window < windows; ++window) {
    for (std::size_t i = 0; block_bits != 0 && i < format.blocks.kept; ++i) {
      bits.append(row.block_index[window * format.blocks.kept + i], block_bits);
    }
    for (std::size_t i = 0; value_bits != 0 && i < format.kept_values(); ++i) {
      bits.append(row.value_index[window * format.kept_values() + i], value_bits);
    }
  }
  bits.finish();
  return bytes;
}

std::size_t hss_index_bytes(std::size_t windows, const HssFormat& format) {
  return (windows * format.window_index_bits() + 7) / 8;
}

HssRow unpack_hss(Span<const std::int8_t> values, Span<const std::uint8_t> indices,
                  std::size_t windows, const HssFormat& format) {
  const unsigned block_bits = format.blocks.index_bits();
  const unsigned value_bits = format.values.index_bits();
  HssRow row;
  row.values.assign(windows * format.kept_values(), 0);
  std::copy_n(values.begin(), std::min(values.size(), row.values.size()), row.values.begin());
  BitReader bits(indices);
  for (std::size_t window = 0; window < windows; ++window) {
    for (unsigned i = 0; i < format.blocks.kept; ++i) {
      row.block_index.push_back(
          static_cast<std::uint8_t>(block_bits == 0 ? i : bits.take(block_bits)));
    }
    for (unsigned i = 0; i < format.kept_values(); ++i) {
      row.value_index.push_back(static_cast<std::uint8_t>(value_bits == 0 ? i % format.values.kept
                                                                          : bits.take(value_bits)));
    }
  }
  return row;
}

}  // namespace lacuna::sparse
