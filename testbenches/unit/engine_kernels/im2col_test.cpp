// SPDX-License-Identifier: Apache-2.0
#include "engine/im2col.h"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "engine/gemm_int16.h"
#include "shapes.h"

namespace lacuna::engine {
namespace {

using testing::pick;
using testing::Random;

/// A layer's activations [batch, height, width, channels], and what a step finds of them in its
/// buffer.
struct Image {
  workload::LayerShape shape;
  std::vector<std::uint8_t> bytes;

  std::uint8_t at(std::uint32_t image, std::int64_t y, std::int64_t x,
                  std::uint32_t channel) const {
    const std::size_t row = std::size_t{image} * shape.in_height + static_cast<std::size_t>(y);
    return bytes[(row * shape.in_width + static_cast<std::size_t>(x)) * shape.in_channels +
                 channel];
  }

  /// The activation that a position and an element of the whole reduction meet; `inside` false:
  /// padding.
  std::uint8_t meet(const TileStep& step, std::uint32_t position, std::uint32_t element,
                    bool& inside) const {
    const std::uint32_t channels = shape.group_in_channels();
    const std::uint32_t kernel_row = element / (shape.kernel_width * channels);
    const std::uint32_t kernel_column = element / channels % shape.kernel_width;
    const std::int64_t y =
        std::int64_t{step.out_row + position / step.width} * shape.stride_height +
        kernel_row * shape.dilation_height - shape.pad_top;
    const std::int64_t x =
        std::int64_t{step.out_column + position % step.width} * shape.stride_width +
        kernel_column * shape.dilation_width - shape.pad_left;
    inside = y >= 0 && y < shape.in_height && x >= 0 && x < shape.in_width;
    return inside ? at(step.image, y, x, step.convolution_group * channels + element % channels)
                  : 0;
  }

  std::vector<std::uint8_t> buffer(const ActivationWindow& w, const TileStep& step) const {
    std::vector<std::uint8_t> content;
    if (w.layout == ActivationLayout::region) {
      for (std::uint32_t y = w.first_row; y < w.first_row + w.rows; ++y) {
        for (std::uint32_t x = w.first_column; x < w.first_column + w.columns; ++x) {
          for (std::uint32_t c = 0; c < w.channels; ++c) {
            content.push_back(at(step.image, y, x, step.convolution_group * w.channels + c));
          }
        }
      }
      return content;
    }
    for (std::uint32_t p = 0; p < step.height * step.width; ++p) {
      for (std::uint32_t e = 0; e < step.elements; ++e) {
        bool inside = false;
        const std::uint8_t byte = meet(step, p, step.first_element + e, inside);
        content.push_back(inside ? byte
                                 : 0xAB);  // what the buffer holds in the padding does not matter
      }
    }
    return content;
  }
};

Image random_image(Random& random) {
  Image image;
  image.shape = testing::random_shape(random);
  const workload::LayerShape& s = image.shape;
  image.bytes.resize(std::size_t{s.batch} * s.in_height * s.in_width * s.in_channels);
  std::generate(image.bytes.begin(), image.bytes.end(),
                [&] { return static_cast<std::uint8_t>(random()); });
  return image;
}

TEST_CASE("a gathered matrix holds what every position and element meet, in both layouts") {
  Random random(53);
  for (int round = 0; round < 150; ++round) {
    const Image image = random_image(random);
    const Mapping m = testing::random_mapping(random, image.shape);
    const bool is_signed = pick(random, 0, 1) == 1;
    const auto steps = tile_steps(image.shape, m);
    for (int i = 0; i < 4; ++i) {
      const TileStep& step = steps[pick(random, 0, static_cast<std::uint32_t>(steps.size() - 1))];
      const ActivationWindow w = activation_window(image.shape, m, step, is_signed);
      const std::vector<std::uint8_t> buffer = image.buffer(w, step);
      REQUIRE(buffer.size() == activation_bytes(w, step));
      const std::size_t positions = std::size_t{step.height} * step.width;
      const std::size_t stride = gemm_stride(step.elements);
      std::vector<std::int16_t> wide(positions * stride, 7777);
      std::vector<std::uint8_t> narrow(positions * stride, 0x55);
      gather_activations(image.shape, w, step, buffer, Span<std::int16_t>(wide), stride);
      gather_activations(image.shape, w, step, buffer, Span<std::uint8_t>(narrow), stride);
      for (std::uint32_t p = 0; p < positions; ++p) {
        for (std::uint32_t e = 0; e < step.elements; ++e) {
          bool inside = false;
          const std::uint8_t byte = image.meet(step, p, step.first_element + e, inside);
          const std::int16_t value =
              is_signed ? static_cast<std::int8_t>(byte) : std::int16_t{byte};
          if (wide[p * stride + e] != value || narrow[p * stride + e] != byte) {
            FAIL("round " << round << " position " << p << " element " << e);
          }
        }
        if (step.elements % 2 != 0) {
          REQUIRE(wide[p * stride + step.elements] == 0);
        }
      }
    }
  }
}

TEST_CASE("a window entirely in the padding gathers zeros from an empty buffer") {
  workload::LayerShape s;
  s.in_height = s.in_width = 1;
  s.pad_top = s.pad_left = 3;
  s.stride_height = s.stride_width = 3;
  Mapping m;  // one position a tile: the first one looks at pixel (-3, -3)
  const TileStep step = tile_steps(s, m).front();
  const ActivationWindow w = activation_window(s, m, step, false);
  REQUIRE(w.bytes() == 0);
  std::vector<std::int16_t> matrix(2, 9);
  gather_activations(s, w, step, {}, Span<std::int16_t>(matrix), 2);
  CHECK(matrix[0] == 0);
}

TEST_CASE("a buffer or matrix that is too small is a broken invariant") {
  workload::LayerShape s;
  s.in_channels = 8;
  s.in_width = 4;
  Mapping m;
  m.tile_width = 4;
  const TileStep step = tile_steps(s, m).front();
  const ActivationWindow w = activation_window(s, m, step, false);
  const std::vector<std::uint8_t> buffer(32);
  std::vector<std::int16_t> matrix(32);
  CHECK_NOTHROW(gather_activations(s, w, step, buffer, Span<std::int16_t>(matrix), 8));
  CHECK_THROWS_AS(gather_activations(s, w, step, Span<const std::uint8_t>(buffer).first(31),
                                     Span<std::int16_t>(matrix), 8),
                  Error);
  CHECK_THROWS_AS(gather_activations(s, w, step, buffer, Span<std::int16_t>(matrix), 7), Error);
  CHECK_THROWS_AS(gather_activations(s, w, step, buffer, Span<std::int16_t>(matrix).first(31), 8),
                  Error);
}

}  // namespace
}  // namespace lacuna::engine
