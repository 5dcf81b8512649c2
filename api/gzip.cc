#include "api/gzip.h"

#include <zlib.h>
#include "base/assert.h"

namespace govlog {

std::string gzip(std::string_view bytes) {
  constexpr int kLevel = 1;
  constexpr int kGzipWindow = 15 + 16;  // with a gzip head
  constexpr int kMemory = 8;
  z_stream stream{};
  GOVLOG_ASSERT(deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) == Z_OK, "zlib {}",
                zlibVersion());
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  GOVLOG_ASSERT(result == Z_STREAM_END, "deflate gave {}", result);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace govlog
