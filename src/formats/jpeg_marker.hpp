// The markers of JPEG (ITU-T T.81, table B.1).
#pragma once

#include <cstdint>
#include <string>

namespace uploadgate::formats::jpeg_marker {
inline constexpr std::uint8_t tem = 0x01, sof0 = 0xC0, dht = 0xC4, jpg = 0xC8, dac = 0xCC, sof15 = 0xCF,
                              rst0 = 0xD0, rst7 = 0xD7, soi = 0xD8, eoi = 0xD9, sos = 0xDA, dqt = 0xDB,
                              dnl = 0xDC, dri = 0xDD, dhp = 0xDE, exp = 0xDF, app0 = 0xE0, app15 = 0xEF,
                              jpg0 = 0xF0, jpg13 = 0xFD, com = 0xFE;

// The marker's own name.
inline std::string name(std::uint8_t marker) {
  if (marker >= app0 && marker <= app15) return "APP" + std::to_string(marker - app0);
  switch (marker) {
    case dht:
      return "DHT";
    case dac:
      return "DAC";
    case eoi:
      return "EOI";
    case sos:
      return "SOS and its scan";
    case dqt:
      return "DQT";
    case dnl:
      return "DNL";
    case dri:
      return "DRI";
    case com:
      return "COM";
    default:
      return marker >= sof0 && marker <= sof15 ? "SOF" + std::to_string(marker - sof0) : "another segment";
  }
}
}  // namespace uploadgate::formats::jpeg_marker
