// SPDX-License-Identifier: Apache-2.0
#include "reference/convolution.h"

#include <random>

#include <catch2/catch.hpp>

#include "core/error.h"

using namespace lacuna;
using reference::Convolution;
using reference::Layout;

namespace {

template <class T>
Tensor tensor_of(Shape shape, const std::vector<int>& values) {
  Tensor tensor(DataTypeOf<T>::value, std::move(shape));
  REQUIRE(values.size() == tensor.size());
  std::copy(values.begin(), values.end(), tensor.elements<T>().begin());
  return tensor;
}

/// The definition, index by index in 64 bits, wrapped at the end: shares nothing with what it
/// checks.
std::vector<std::int32_t> naive(const Convolution& s, const std::vector<int>& activations,
                                const std::vector<std::int16_t>& weights, bool channels_last) {
  const int oh = static_cast<int>(
      (s.in_height + s.pad_top + s.pad_bottom - s.dilation_height * (s.kernel_height - 1) - 1) /
          s.stride_height +
      1);
  const int ow = static_cast<int>(
      (s.in_width + s.pad_left + s.pad_right - s.dilation_width * (s.kernel_width - 1) - 1) /
          s.stride_width +
      1);
  const int in_c = static_cast<int>(s.in_channels), out_c = static_cast<int>(s.out_channels);
  const int gc = in_c / static_cast<int>(s.groups), gn = out_c / static_cast<int>(s.groups);
  const int h = static_cast<int>(s.in_height), w = static_cast<int>(s.in_width);
  std::vector<std::int32_t> out(s.batch * out_c * oh * ow);
  for (int b = 0; b < static_cast<int>(s.batch); ++b)
    for (int n = 0; n < out_c; ++n)
      for (int y = 0; y < oh; ++y)
        for (int x = 0; x < ow; ++x) {
          std::int64_t sum = 0;
          for (int c = 0; c < gc; ++c)
            for (int i = 0; i < static_cast<int>(s.kernel_height); ++i)
              for (int j = 0; j < static_cast<int>(s.kernel_width); ++j) {
                const int iy = y * static_cast<int>(s.stride_height) +
                               i * static_cast<int>(s.dilation_height) -
                               static_cast<int>(s.pad_top);
                const int ix = x * static_cast<int>(s.stride_width) +
                               j * static_cast<int>(s.dilation_width) -
                               static_cast<int>(s.pad_left);
                if (iy < 0 || iy >= h || ix < 0 || ix >= w)
                  continue;
                const int channel = n / gn * gc + c;
                const std::size_t a = channels_last ? ((b * h + iy) * w + ix) * in_c + channel
                                                    : ((b * in_c + channel) * h + iy) * w + ix;
                const std::size_t k = ((n * gc + c) * s.kernel_height + i) * s.kernel_width + j;
                sum += std::int64_t{activations[a]} * weights[k];
              }
          const std::size_t o = channels_last ? ((b * oh + y) * ow + x) * out_c + n
                                              : ((b * out_c + n) * oh + y) * ow + x;
          out[o] = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum));
        }
  return out;
}

struct Case {
  Convolution shape;
  std::vector<int> activations;
  std::vector<std::int16_t> weights;
  bool is_signed = false;

  Tensor tensor() const {
    const Shape flat = {activations.size()};
    return is_signed ? tensor_of<std::int8_t>(flat, activations)
                     : tensor_of<std::uint8_t>(flat, activations);
  }
};

Case random_case(std::mt19937& random) {
  const auto pick = [&](std::uint32_t low, std::uint32_t high) {
    return std::uniform_int_distribution<std::uint32_t>(low, high)(random);
  };
  Case result;
  Convolution& s = result.shape;
  s.batch = pick(1, 3);
  s.groups = pick(1, 3);
  s.in_channels = s.groups * pick(1, 5);
  s.out_channels = s.groups * pick(1, 9);
  s.kernel_height = pick(1, 4);
  s.kernel_width = pick(1, 4);
  s.stride_height = pick(1, 3);
  s.stride_width = pick(1, 3);
  s.dilation_height = pick(1, 2);
  s.dilation_width = pick(1, 3);
  s.pad_top = pick(0, 2);
  s.pad_left = pick(0, 2);
  s.pad_bottom = pick(0, 2);
  s.pad_right = pick(0, 2);
  s.in_height = s.dilation_height * (s.kernel_height - 1) + pick(1, 9);
  s.in_width = s.dilation_width * (s.kernel_width - 1) + pick(1, 9);
  result.is_signed = pick(0, 1) == 1;
  result.activations.resize(s.batch * s.in_channels * s.in_height * s.in_width);
  for (int& a : result.activations) {
    a = static_cast<int>(pick(0, 255)) - (result.is_signed ? 128 : 0);
  }
  result.weights.resize(s.out_channels * (s.in_channels / s.groups) * s.kernel_height *
                        s.kernel_width);
  for (std::int16_t& w : result.weights) {
    w = static_cast<std::int16_t>(static_cast<int>(pick(0, 268)) - 134);
  }
  return result;
}

}  // namespace

TEST_CASE("a 2x2 kernel on a 3x3 image sums what lies under it") {
  Convolution s;
  s.in_height = s.in_width = 3;
  s.kernel_height = s.kernel_width = 2;
  const Tensor image = tensor_of<std::uint8_t>({1, 1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 255});
  const std::vector<std::int16_t> kernel = {1, -1, 0, 134};
  // 1-2+134*5, 2-3+134*6, 4-5+134*8, 5-6+134*255
  CHECK(reference::convolve(s, image, kernel, Layout::channels_first) ==
        std::vector<std::int32_t>{669, 803, 1071, 34169});
}

TEST_CASE("a matrix product is a one-pixel-high image with channels last") {
  Convolution s;
  s.in_width = 2;  // M
  s.in_channels = 3;
  s.out_channels = 2;
  const Tensor a = tensor_of<std::int8_t>({2, 3}, {1, 2, 3, -128, 127, 0});
  const std::vector<std::int16_t> w = {1, 1, 1, -2, 0, 5};
  CHECK(reference::convolve(s, a, w, Layout::channels_last) ==
        std::vector<std::int32_t>{6, 13, -1, 256});
}

TEST_CASE("convolutions of random shapes equal the definition in both layouts") {
  std::mt19937 random(1);
  for (int i = 0; i < 150; ++i) {
    const Case c = random_case(random);
    CAPTURE(i, c.shape.groups, c.shape.kernel_height, c.shape.kernel_width, c.is_signed);
    CHECK(reference::convolve(c.shape, c.tensor(), c.weights, Layout::channels_first) ==
          naive(c.shape, c.activations, c.weights, false));
    CHECK(reference::convolve(c.shape, c.tensor(), c.weights, Layout::channels_last) ==
          naive(c.shape, c.activations, c.weights, true));
  }
}

TEST_CASE("chosen pixels equal those of the whole output") {
  std::mt19937 random(2);
  for (int i = 0; i < 30; ++i) {
    const Case c = random_case(random);
    const auto whole = naive(c.shape, c.activations, c.weights, true);
    const std::size_t pixels = whole.size() / c.shape.out_channels;
    const std::vector<std::size_t> chosen = {pixels - 1, 0, pixels / 2, pixels / 2};
    const auto some =
        reference::convolve_at(c.shape, c.tensor(), c.weights, Layout::channels_last, chosen);
    REQUIRE(some.size() == chosen.size() * c.shape.out_channels);
    for (std::size_t p = 0; p < chosen.size(); ++p) {
      for (std::size_t n = 0; n < c.shape.out_channels; ++n) {
        CHECK(some[p * c.shape.out_channels + n] == whole[chosen[p] * c.shape.out_channels + n]);
      }
    }
  }
}

TEST_CASE("rows longer than a gathering buffer are still whole") {
  Convolution s;
  s.in_width = 3;
  s.in_channels = 70001;
  s.out_channels = 5;
  std::vector<int> activations(3 * 70001);
  std::vector<std::int16_t> weights(5 * 70001);
  for (std::size_t i = 0; i < activations.size(); ++i) {
    activations[i] = static_cast<int>(i * 7 % 256);
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = static_cast<std::int16_t>(static_cast<int>(i * 11 % 255) - 127);
  }
  CHECK(reference::convolve(s, tensor_of<std::uint8_t>({3, 70001}, activations), weights,
                            Layout::channels_last) == naive(s, activations, weights, true));
}

TEST_CASE("sums wrap at 32 bits") {
  // 70,000 products of 255 * 134 are 2,391,900,000: 1,903,067,296 less than 2^32.
  Convolution s;
  s.in_channels = 70000;
  s.out_channels = 2;
  const Tensor a = tensor_of<std::uint8_t>({1, 70000}, std::vector<int>(70000, 255));
  std::vector<std::int16_t> w(140000, 134);
  std::fill(w.begin() + 70000, w.end(), static_cast<std::int16_t>(-134));
  CHECK(reference::convolve(s, a, w, Layout::channels_last) ==
        std::vector<std::int32_t>{-1903067296, 1903067296});
}

TEST_CASE("tensors that do not fit the geometry are refused") {
  Convolution s;
  s.in_channels = 4;
  const Tensor a = tensor_of<std::uint8_t>({1, 3}, {1, 2, 3});
  const std::vector<std::int16_t> three(3), four(4);
  CHECK_THROWS_AS(reference::convolve(s, a, four, Layout::channels_last), Error);
  s.in_channels = 3;
  CHECK_THROWS_AS(reference::convolve(s, a, four, Layout::channels_last), Error);
  CHECK_NOTHROW(reference::convolve(s, a, three, Layout::channels_last));
}

TEST_CASE("the output size follows the floor rule of the networks") {
  Convolution s;
  s.in_height = s.in_width = 224;
  s.kernel_height = s.kernel_width = 7;
  s.stride_height = s.stride_width = 2;
  s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = 3;
  CHECK(s.out_height() == 112);
  s.kernel_width = 11;
  s.stride_width = 4;
  s.pad_left = s.pad_right = 2;
  CHECK(s.out_width() == 55);  // AlexNet's first layer
}
