// SPDX-License-Identifier: Apache-2.0
#include "reference/convolution.h"

#include <algorithm>

#include "core/error.h"
#include "reference/dot_products.h"

namespace lacuna::reference {
namespace {

constexpr std::size_t gathered_bytes =
    128 * 1024;  // operand rows at once: they stay in a second-level cache
constexpr std::size_t most_gathered = 64;

/// Activations and weights widened to 16 bits with channels innermost.
class Operands {
 public:
  Operands(const Convolution& shape, const Tensor& activations, Span<const std::int16_t> weights,
           Layout layout);

  /// Writes the operand row of one output pixel and one group: [kernel rows, kernel columns,
  /// channels of the group].
  void gather(std::size_t pixel, std::size_t group, std::int16_t* row) const;

  /// [out channels of the group, reduction]
  Span<const std::int16_t> weights(std::size_t group) const;

 private:
  template <class T>
  void widen(Span<const T> activations, Layout layout);
  void reorder(Span<const std::int16_t> weights);

  const Convolution& shape_;
  std::vector<std::int16_t> image_;  // [batch, height, width, channels]
  std::vector<std::int16_t> reordered_;
  Span<const std::int16_t> weights_;  // [out channels, kernel rows, kernel columns, channels]
};

Operands::Operands(const Convolution& shape, const Tensor& activations,
                   Span<const std::int16_t> weights, Layout layout)
    : shape_(shape) {
  const std::size_t pixels = std::size_t{shape.batch} * shape.in_height * shape.in_width;
  if (activations.size() != pixels * shape.in_channels ||
      weights.size() != shape.out_channels * shape.reduction()) {
    throw model_error("reference: tensors of another size than the layer's geometry");
  }
  image_.resize(activations.size());
  if (activations.type() == DataType::uint8) {
    widen(activations.elements<std::uint8_t>(), layout);
  } else {
    widen(activations.elements<std::int8_t>(), layout);
  }
  reorder(weights);
}

template <class T>
void Operands::widen(Span<const T> activations, Layout layout) {
  if (layout == Layout::channels_last) {
    std::copy(activations.begin(), activations.end(), image_.begin());
    return;
  }
  const std::size_t pixels = std::size_t{shape_.in_height} * shape_.in_width;
  const std::size_t channels = shape_.in_channels;
  for (std::size_t b = 0; b < shape_.batch; ++b) {
    const T* from = activations.data() + b * pixels * channels;
    std::int16_t* to = image_.data() + b * pixels * channels;
    for (std::size_t c = 0; c < channels; ++c) {
      for (std::size_t p = 0; p < pixels; ++p) {
        to[p * channels + c] = from[c * pixels + p];
      }
    }
  }
}

void Operands::reorder(Span<const std::int16_t> weights) {
  const std::size_t taps = std::size_t{shape_.kernel_height} * shape_.kernel_width;
  if (taps == 1) {
    weights_ = weights;
    return;
  }
  const std::size_t channels = shape_.in_channels / shape_.groups;
  reordered_.resize(weights.size());
  for (std::size_t n = 0; n < shape_.out_channels; ++n) {
    const std::size_t first = n * taps * channels;
    for (std::size_t c = 0; c < channels; ++c) {
      for (std::size_t t = 0; t < taps; ++t) {
        reordered_[first + t * channels + c] = weights[first + c * taps + t];
      }
    }
  }
  weights_ = reordered_;
}

void Operands::gather(std::size_t pixel, std::size_t group, std::int16_t* row) const {
  const std::size_t out_width = shape_.out_width();
  const std::size_t out_height = shape_.out_height();
  const auto x0 = static_cast<std::int64_t>(pixel % out_width * shape_.stride_width) -
                  std::int64_t{shape_.pad_left};
  const auto y0 = static_cast<std::int64_t>(pixel / out_width % out_height * shape_.stride_height) -
                  std::int64_t{shape_.pad_top};
  const std::size_t channels = shape_.in_channels / shape_.groups;
  const std::int16_t* image = image_.data() + pixel / (out_width * out_height) * shape_.in_height *
                                                  shape_.in_width * shape_.in_channels;
  for (std::int64_t ky = 0; ky < shape_.kernel_height; ++ky) {
    const std::int64_t y = y0 + ky * shape_.dilation_height;
    for (std::int64_t kx = 0; kx < shape_.kernel_width; ++kx, row += channels) {
      const std::int64_t x = x0 + kx * shape_.dilation_width;
      if (y < 0 || y >= shape_.in_height || x < 0 || x >= shape_.in_width) {
        std::fill_n(row, channels, std::int16_t{0});
      } else {
        std::copy_n(image + (y * shape_.in_width + x) * shape_.in_channels + group * channels,
                    channels, row);
      }
    }
  }
}

Span<const std::int16_t> Operands::weights(std::size_t group) const {
  const std::size_t size = shape_.out_channels / shape_.groups * shape_.reduction();
  return weights_.subspan(group * size, size);
}

/// Computes output pixels number first .. first + count of a list in batches, and hands each batch
/// of one group's sums [pixels, channels of the group] to `take(first index, count, group, sums)`.
template <class PixelAt, class Take>
void for_batches(const Convolution& shape, const Operands& operands, const DotProducts& products,
                 std::size_t pixels, PixelAt pixel_at, Take take) {
  const std::size_t reduction = shape.reduction();
  const std::size_t channels = shape.out_channels / shape.groups;
  const std::size_t at_once =
      std::clamp(gathered_bytes / (2 * reduction) / 2 * 2, std::size_t{2}, most_gathered);
  std::vector<std::int16_t> rows(at_once * reduction);
  std::vector<std::int32_t> sums(at_once * channels);
  for (std::size_t group = 0; group < shape.groups; ++group) {
    for (std::size_t first = 0; first < pixels; first += at_once) {
      const std::size_t count = std::min(at_once, pixels - first);
      for (std::size_t i = 0; i < count; ++i) {
        operands.gather(pixel_at(first + i), group, rows.data() + i * reduction);
      }
      products({rows.data(), count * reduction}, operands.weights(group), reduction, sums);
      take(first, count, group, sums.data());
    }
  }
}

}  // namespace

std::size_t Convolution::out_height() const {
  return (std::size_t{in_height} + pad_top + pad_bottom -
          std::size_t{dilation_height} * (kernel_height - 1) - 1) /
             stride_height +
         1;
}

std::size_t Convolution::out_width() const {
  return (std::size_t{in_width} + pad_left + pad_right -
          std::size_t{dilation_width} * (kernel_width - 1) - 1) /
             stride_width +
         1;
}

std::size_t Convolution::positions() const {
  return batch * out_height() * out_width();
}

std::size_t Convolution::reduction() const {
  return std::size_t{kernel_height} * kernel_width * (in_channels / groups);
}

std::vector<std::int32_t> convolve(const Convolution& shape, const Tensor& activations,
                                   Span<const std::int16_t> weights, Layout layout,
                                   const DotProducts& products) {
  const Operands operands(shape, activations, weights, layout);
  const std::size_t of_image = shape.out_height() * shape.out_width();
  const std::size_t channels = shape.out_channels / shape.groups;
  std::vector<std::int32_t> outputs(shape.positions() * shape.out_channels);
  for_batches(
      shape, operands, products, shape.positions(), [](std::size_t i) { return i; },
      [&](std::size_t first, std::size_t count, std::size_t group, const std::int32_t* sums) {
        for (std::size_t i = 0; i < count; ++i, sums += channels) {
          const std::size_t pixel = first + i;
          if (layout == Layout::channels_last) {
            std::copy_n(sums, channels,
                        outputs.data() + pixel * shape.out_channels + group * channels);
            continue;
          }
          const std::size_t image = pixel / of_image * shape.out_channels + group * channels;
          for (std::size_t n = 0; n < channels; ++n) {
            outputs[(image + n) * of_image + pixel % of_image] = sums[n];
          }
        }
      });
  return outputs;
}

std::vector<std::int32_t> convolve_at(const Convolution& shape, const Tensor& activations,
                                      Span<const std::int16_t> weights, Layout layout,
                                      Span<const std::size_t> pixels, const DotProducts& products) {
  const Operands operands(shape, activations, weights, layout);
  const std::size_t channels = shape.out_channels / shape.groups;
  std::vector<std::int32_t> outputs(pixels.size() * shape.out_channels);
  for_batches(
      shape, operands, products, pixels.size(), [&](std::size_t i) { return pixels[i]; },
      [&](std::size_t first, std::size_t count, std::size_t group, const std::int32_t* sums) {
        for (std::size_t i = 0; i < count; ++i) {
          std::copy_n(sums + i * channels, channels,
                      outputs.data() + (first + i) * shape.out_channels + group * channels);
        }
      });
  return outputs;
}

}  // namespace lacuna::reference
