// zxing-cpp, to compare with; the benchmark alone links it. C++ because Debian's library is.
// Its headers else warn of text(), which is not asked for: bytes are.
#define ZX_USE_UTF8
#include <ZXing/ReadBarcode.h>

#include <exception>

extern "C" unsigned bench_qr_zxing_read (const unsigned char *pixels, unsigned width,
                                         unsigned height, unsigned char *ret_payload,
                                         unsigned size);

// The payload's length, 0 when nothing was read; the bytes as they are in the code.
unsigned
bench_qr_zxing_read (const unsigned char *pixels, unsigned width, unsigned height,
                     unsigned char *ret_payload, unsigned size)
{
  try
    {
      ZXing::ImageView view (pixels, static_cast<int> (width), static_cast<int> (height),
                             ZXing::ImageFormat::Lum);
      ZXing::DecodeHints hints;
      hints.setFormats (ZXing::BarcodeFormat::QRCode);
      ZXing::Result result = ZXing::ReadBarcode (view, hints);
      unsigned count = 0;

      if (!result.isValid () || result.isPartOfSequence ())
        return 0;
      for (auto byte : result.bytes ())
        if (count < size)
          ret_payload[count++] = byte;
      return count;
    }
  catch (const std::exception &)
    {
      return 0;
    }
}
