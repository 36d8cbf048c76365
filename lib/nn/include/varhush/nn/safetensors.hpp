#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::nn {

/// A safetensors file, memory-mapped or in memory (the embedded default). Nothing is copied until
/// asked. Layout: 8-byte little-endian header length, JSON header, raw little-endian data.
class SafeTensors {
  public:
    struct Entry {
        std::string dtype;                ///< "F32", "F16", "BF16", "I64", …
        std::vector<std::int64_t> shape;  ///< empty: a scalar
        std::span<const std::byte> bytes;
    };

    /// @throws Error{kModel}, with the path and what was expected, for a file that is missing, cut,
    /// has a header longer than the file or over 100 MB, overlapping or out-of-range offsets,
    /// holes, sizes that do not fit shape and dtype, negative or overflowing shapes, duplicate
    /// names, bad JSON.
    static SafeTensors open(const std::string& path);
    /// `bytes` must outlive the object; `name` is used in messages.
    static SafeTensors from_memory(std::span<const std::byte> bytes, const std::string& name);

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] const std::map<std::string, std::string>& metadata() const noexcept {
        return metadata_;
    }
    [[nodiscard]] const std::map<std::string, Entry>& entries() const noexcept { return entries_; }

    /// Tensor `key` as float32 (F16 and BF16 are widened), checked against `shape`.
    /// @throws Error{kModel} naming the tensor: missing, or expected and found shape.
    [[nodiscard]] std::vector<float> read_f32(const std::string& key,
                                              const std::vector<std::int64_t>& shape) const;

    /// @throws Error{kModel} listing tensors that are in the file but not in `used`.
    void check_no_leftovers(const std::vector<std::string>& used) const;

    /// Tells the system that the bytes of `entry` are not needed for now, so that a mapped file
    /// does not stand in memory beside copies made of it. They may be read again, from the disk.
    void release(const Entry& entry) const noexcept;

    /// Lower-case hex SHA-256 of the whole file.
    [[nodiscard]] std::string sha256() const;
    /// The same of length field and JSON header alone, and of all that follows them.
    [[nodiscard]] std::string header_sha256() const;
    [[nodiscard]] std::string data_sha256() const;
    [[nodiscard]] std::size_t size_bytes() const noexcept { return file_.size(); }
    /// Every byte of the file.
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return file_; }

  private:
    [[nodiscard]] std::string digest(std::span<const std::byte> bytes) const;
    struct Mapping;
    std::shared_ptr<const Mapping> mapping_;
    std::span<const std::byte> file_;
    std::size_t header_bytes_ = 0;
    std::string name_;
    std::map<std::string, std::string> metadata_;
    std::map<std::string, Entry> entries_;
};

/// Widens elements [first, first + out.size()) of `entry` (F32, F16 or BF16, C order) to float32;
/// touches only their bytes of the file.
/// @throws Error{kModel} for another dtype; Error{kInternal} for a range outside the tensor.
void widen(const SafeTensors::Entry& entry, std::int64_t first, std::span<float> out);

/// Index of the first value of `entry` (F32, F16 or BF16) that is NaN or infinite; empty when all
/// are numbers or the type is none of these.
[[nodiscard]] std::optional<std::int64_t> first_nonfinite(const SafeTensors::Entry& entry);

/// Rounds float32 to `dtype` (F32, F16 or BF16; nearest, ties to even) into `out`, C order.
/// Finite values beyond the largest of F16 become infinite.
/// @throws Error{kInternal} for another dtype or a size that does not fit.
void narrow(std::span<const float> values, const std::string& dtype, std::span<std::byte> out);

/// Writes float32 tensors and string metadata; data starts on a multiple of 64. Same input, same
/// bytes. Goes to `path`.part, synced and renamed. @throws Error{kOutput}.
struct NamedTensor {
    std::string name;
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};
void write_safetensors(const std::string& path,
                       const std::vector<NamedTensor>& tensors,
                       const std::map<std::string, std::string>& metadata);

struct TensorShape {
    std::string name;
    std::vector<std::int64_t> shape;
    std::string dtype = "F32";

    /// @throws Error{kInternal} for an unknown dtype or a negative dimension.
    [[nodiscard]] std::uint64_t bytes() const;
};

/// The first bytes of a safetensors file with these tensors in this order: length field and JSON,
/// padded so that the data behind it starts on a multiple of 64.
/// @throws Error{kInternal} for duplicate names, or text that is not UTF-8.
[[nodiscard]] std::string safetensors_header(const std::vector<TensorShape>& tensors,
                                             const std::map<std::string, std::string>& metadata);

/// Puts values [first, first + out.size()) of tensor number `index` into `out`.
using FillTensor = std::function<void(std::size_t index, std::int64_t first, std::span<float> out)>;

/// write_safetensors() for tensors that together are too large for memory: `fill` is asked for
/// their values in blocks of at most 4 MB, in order. @throws Error{kOutput}, and what `fill`
/// throws; then there is no file.
void stream_safetensors(const std::string& path,
                        const std::vector<TensorShape>& tensors,
                        const std::map<std::string, std::string>& metadata,
                        const FillTensor& fill);

}  // namespace varhush::nn
