#include "varhush/nn/safetensors.hpp"

#include "safetensors_header.hpp"
#include "varhush/core/error.hpp"
#include "varhush/nn/sha256.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <optional>
#include <set>
#include <utility>

namespace varhush::nn {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors data is little-endian");

constexpr std::uint64_t kLargestHeader = 100'000'000;  // limit of the reference implementation
constexpr std::size_t kPrefix = 8;

[[noreturn]] void fail(const std::string& name, const std::string& what, std::string hint = {}) {
    throw Error(ErrorKind::kModel, name + ": " + what, std::move(hint));
}

std::optional<std::uint64_t> dtype_bytes(std::string_view dtype) {
    static constexpr std::array<std::pair<std::string_view, std::uint64_t>, 15> kSizes{
        {{"BOOL", 1},
         {"U8", 1},
         {"I8", 1},
         {"F8_E5M2", 1},
         {"F8_E4M3", 1},
         {"I16", 2},
         {"U16", 2},
         {"F16", 2},
         {"BF16", 2},
         {"I32", 4},
         {"U32", 4},
         {"F32", 4},
         {"F64", 8},
         {"I64", 8},
         {"U64", 8}}};
    const auto* found = std::find_if(
        kSizes.begin(), kSizes.end(), [&](const auto& it) { return it.first == dtype; });
    return found == kSizes.end() ? std::nullopt : std::optional(found->second);
}

/// Bytes that shape and dtype need; empty on overflow.
std::optional<std::uint64_t> needed_bytes(const std::vector<std::int64_t>& shape,
                                          std::uint64_t item) {
    std::uint64_t bytes = item;
    for (const auto dimension : shape) {
        if (dimension < 0 ||
            __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(dimension), &bytes)) {
            return std::nullopt;
        }
    }
    return bytes;
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) {
        text += (i > 0 ? "," : "") + std::to_string(shape[i]);
    }
    return text + "]";
}

void check_tensor(const HeaderTensor& tensor, std::uint64_t data_bytes, const std::string& name) {
    const std::string who = "tensor \"" + shorten(tensor.name) + "\"";
    const auto item = dtype_bytes(tensor.dtype);
    if (!item) {
        fail(name, who + " has the unknown type \"" + shorten(tensor.dtype) + "\"");
    }
    const auto [begin, end] = tensor.offsets;
    if (begin > end || end > data_bytes) {
        fail(name,
             who + " lies at bytes " + std::to_string(begin) + ".." + std::to_string(end) +
                 " but the file holds " + std::to_string(data_bytes) + " bytes of data",
             "is the file cut?");
    }
    const auto needed = needed_bytes(tensor.shape, *item);
    if (!needed || *needed != end - begin) {
        fail(name,
             who + ": " + tensor.dtype + " " + shape_text(tensor.shape) + " does not fit " +
                 std::to_string(end - begin) + " bytes");
    }
}

/// The tensors must tile the data without holes or overlap, so that no byte is unaccounted for.
void check_tiling(std::vector<const HeaderTensor*> tensors,
                  std::uint64_t data_bytes,
                  const std::string& name) {
    std::sort(tensors.begin(), tensors.end(), [](const auto* a, const auto* b) {
        return a->offsets < b->offsets;
    });
    std::uint64_t at = 0;
    for (const auto* tensor : tensors) {
        if (tensor->offsets[0] != at) {
            fail(name,
                 "tensor \"" + shorten(tensor->name) + "\" starts at byte " +
                     std::to_string(tensor->offsets[0]) + " of the data, expected " +
                     std::to_string(at) + " (overlap or hole)");
        }
        at = tensor->offsets[1];
    }
    if (at != data_bytes) {
        fail(name, std::to_string(data_bytes - at) + " bytes behind the last tensor");
    }
}

std::uint64_t header_length(std::span<const std::byte> file, const std::string& name) {
    if (file.size() < kPrefix) {
        fail(name,
             "only " + std::to_string(file.size()) + " bytes long",
             "expected a safetensors file");
    }
    std::uint64_t length = 0;
    std::memcpy(&length, file.data(), kPrefix);
    if (length > kLargestHeader) {
        fail(name,
             "header of " + std::to_string(length) + " bytes, at most 100000000 are allowed",
             "expected a safetensors file");
    }
    if (length > file.size() - kPrefix) {
        fail(name,
             "header of " + std::to_string(length) + " bytes in a file of " +
                 std::to_string(file.size()),
             "is the file cut?");
    }
    return length;
}

/// IEEE half precision to single, exact. Source: IEEE 754-2008, table 3.5.
float widen_half(std::uint16_t half) {
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U;
    const std::uint32_t exponent = (half >> 10U) & 0x1FU;
    const std::uint32_t mantissa = half & 0x3FFU;
    if (exponent == 0) {  // zero or subnormal: mantissa * 2^-24
        const float value = static_cast<float>(mantissa) * 0x1p-24F;
        return sign != 0 ? -value : value;
    }
    const std::uint32_t wide = exponent == 31 ? 255 : exponent + 112;
    return std::bit_cast<float>(sign | (wide << 23U) | (mantissa << 13U));
}

float widen_bfloat(std::uint16_t value) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16U);
}

template <class Widen>
void widen_each(const std::byte* from, std::span<float> out, Widen widen_one) {
    for (std::size_t i = 0; i < out.size(); ++i) {
        std::uint16_t raw = 0;
        std::memcpy(&raw, from + 2 * i, 2);
        out[i] = widen_one(raw);
    }
}

bool is_float(const std::string& dtype) {
    return dtype == "F32" || dtype == "F16" || dtype == "BF16";
}

}  // namespace

struct SafeTensors::Mapping {
    void* address = nullptr;
    std::size_t size = 0;

    Mapping(void* mapped, std::size_t bytes) : address(mapped), size(bytes) {}
    ~Mapping() { munmap(address, size); }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
};

void SafeTensors::release(const Entry& entry) const noexcept {
    if (mapping_ == nullptr || entry.bytes.empty()) {
        return;
    }
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const auto offset = static_cast<std::size_t>(entry.bytes.data() -
                                                 static_cast<const std::byte*>(mapping_->address));
    const std::size_t begin = (offset + page - 1) / page * page;
    const std::size_t end = (offset + entry.bytes.size()) / page * page;
    if (end > begin) {
        madvise(static_cast<std::byte*>(mapping_->address) + begin, end - begin, MADV_DONTNEED);
    }
}

SafeTensors SafeTensors::open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        fail(path, std::string("cannot be opened: ") + std::strerror(errno));
    }
    struct stat status {};
    const bool known = fstat(descriptor, &status) == 0;
    const auto size = static_cast<std::size_t>(status.st_size);
    void* address = MAP_FAILED;
    if (known && S_ISREG(status.st_mode) && size >= kPrefix) {
        address = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    }
    const int map_errno = errno;
    ::close(descriptor);
    if (!known || !S_ISREG(status.st_mode)) {
        fail(path, "is not a regular file", "expected a safetensors file");
    }
    if (size < kPrefix) {
        fail(path, "only " + std::to_string(size) + " bytes long", "expected a safetensors file");
    }
    if (address == MAP_FAILED) {
        fail(path, std::string("cannot be mapped: ") + std::strerror(map_errno));
    }
    auto mapping = std::make_shared<const Mapping>(address, size);
    auto tensors = from_memory({static_cast<const std::byte*>(address), size}, path);
    tensors.mapping_ = std::move(mapping);
    return tensors;
}

SafeTensors SafeTensors::from_memory(std::span<const std::byte> bytes, const std::string& name) {
    const std::uint64_t length = header_length(bytes, name);
    const std::string_view json(reinterpret_cast<const char*>(bytes.data()) + kPrefix, length);
    Header header = parse_safetensors_header(json, name);
    const auto data = bytes.subspan(kPrefix + length);

    SafeTensors out;
    std::vector<const HeaderTensor*> order;
    for (const auto& tensor : header.tensors) {
        check_tensor(tensor, data.size(), name);
        order.push_back(&tensor);
        out.entries_[tensor.name] =
            Entry{tensor.dtype,
                  tensor.shape,
                  data.subspan(tensor.offsets[0], tensor.offsets[1] - tensor.offsets[0])};
    }
    check_tiling(std::move(order), data.size(), name);
    out.file_ = bytes;
    out.header_bytes_ = kPrefix + length;
    out.name_ = name;
    out.metadata_ = std::move(header.metadata);
    return out;
}

std::vector<float> SafeTensors::read_f32(const std::string& key,
                                         const std::vector<std::int64_t>& shape) const {
    const auto found = entries_.find(key);
    if (found == entries_.end()) {
        fail(name_, "tensor \"" + key + "\" is missing (expected " + shape_text(shape) + ")");
    }
    const Entry& entry = found->second;
    if (entry.shape != shape) {
        fail(name_,
             "tensor \"" + key + "\" has the shape " + shape_text(entry.shape) + ", expected " +
                 shape_text(shape));
    }
    if (!is_float(entry.dtype)) {
        fail(name_, "tensor \"" + key + "\" is " + entry.dtype + ", expected F32, F16 or BF16");
    }
    std::vector<float> values(entry.bytes.size() / *dtype_bytes(entry.dtype));
    widen(entry, 0, values);
    return values;
}

void widen(const SafeTensors::Entry& entry, std::int64_t first, std::span<float> out) {
    if (!is_float(entry.dtype)) {
        throw Error(ErrorKind::kModel,
                    "a tensor of type " + entry.dtype + ", expected F32, F16 or BF16");
    }
    const std::size_t item = entry.dtype == "F32" ? 4 : 2;
    const std::size_t count = entry.bytes.size() / item;
    VARHUSH_CHECK(first >= 0 && static_cast<std::size_t>(first) <= count);
    VARHUSH_CHECK(out.size() <= count - static_cast<std::size_t>(first));
    if (out.empty()) {
        return;
    }
    const std::byte* from = entry.bytes.data() + static_cast<std::size_t>(first) * item;
    if (entry.dtype == "F32") {
        std::memcpy(out.data(), from, out.size_bytes());
    } else if (entry.dtype == "F16") {
        widen_each(from, out, widen_half);
    } else {
        widen_each(from, out, widen_bfloat);
    }
}

std::optional<std::int64_t> first_nonfinite(const SafeTensors::Entry& entry) {
    if (!is_float(entry.dtype)) {
        return std::nullopt;
    }
    constexpr std::size_t kBlock = 1U << 16U;
    const std::size_t count = entry.bytes.size() / (entry.dtype == "F32" ? 4 : 2);
    std::vector<float> block;
    for (std::size_t at = 0; at < count; at += block.size()) {
        block.resize(std::min(kBlock, count - at));
        widen(entry, static_cast<std::int64_t>(at), block);
        const auto bad = std::find_if(
            block.begin(), block.end(), [](float value) { return !std::isfinite(value); });
        if (bad != block.end()) {
            return static_cast<std::int64_t>(at) + (bad - block.begin());
        }
    }
    return std::nullopt;
}

void SafeTensors::check_no_leftovers(const std::vector<std::string>& used) const {
    const std::set<std::string_view> known(used.begin(), used.end());
    constexpr std::size_t kShown = 8;
    std::size_t count = 0;
    std::string list;
    for (const auto& [key, entry] : entries_) {
        if (known.contains(key)) {
            continue;
        }
        if (++count <= kShown) {
            list += (list.empty() ? "" : ", ") + shorten(key) + " " + shape_text(entry.shape);
        }
    }
    if (count > 0) {
        fail(name_,
             std::to_string(count) + " tensors that this architecture does not have: " + list +
                 (count > kShown ? ", …" : ""));
    }
}

std::string SafeTensors::digest(std::span<const std::byte> bytes) const {
    constexpr std::size_t kBlock = std::size_t{1} << 24U;
    Sha256 hash;
    for (std::size_t at = 0; at < bytes.size(); at += kBlock) {
        const auto block = bytes.subspan(at, std::min(kBlock, bytes.size() - at));
        hash.update(block);
        release({{}, {}, block});
    }
    return hash.finish();
}

std::string SafeTensors::sha256() const {
    return digest(file_);
}

std::string SafeTensors::header_sha256() const {
    return digest(file_.first(header_bytes_));
}

std::string SafeTensors::data_sha256() const {
    return digest(file_.subspan(header_bytes_));
}

std::uint64_t TensorShape::bytes() const {
    const auto item = dtype_bytes(dtype);
    VARHUSH_CHECK(item.has_value());
    const auto needed = needed_bytes(shape, *item);
    VARHUSH_CHECK(needed.has_value());
    return *needed;
}

}  // namespace varhush::nn
