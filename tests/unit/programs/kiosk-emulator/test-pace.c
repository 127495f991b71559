/* The worked examples of ICAO Doc 9303-11 for PACE, appendices G, H and I, played from the card's
 * side. */
#include "pace.h"
#include "vectors.h"

#include <openssl/sha.h>
#include <string.h>

#define STEPS 4

typedef struct
{
  const char *protocol;
  const char *nonce;
  const char *mapping; /* secret numbers */
  const char *ephemeral;
  struct
  {
    const char *sent;
    const char *answered; /* with its tag and length; NULL: any */
  } steps[STEPS];
} Example;

static const guint32 tags[STEPS] = { 0x00, 0x81, 0x83, 0x85 };

static const Example examples[] = {
  { /* G.1: ECDH, generic mapping */
    "gm aes-128 13",
    "3F00C4D39D153F2B2A214A078D899B22",
    "498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560",
    "107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A",
    {
      { "", "801095A3A016522EE98D01E76CB6B98B42C3" },
      { "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB67252"
        "18799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D",
        "824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AA"
        "A9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54" },
      { "042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C3556F3B3B186DF"
        "10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462",
        "8441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB7764B22277"
        "A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094" },
      { "C2B0BD78D94BA866", "86083ABB9674BCE93C08" },
    } },
  { /* G.2: DH, generic mapping */
    "gm aes-128 0",
    "FA5B7E3E49753A0DB9178B7B9BD898C8",
    "66DDAFEAC1609CB5B963BB0CB3FF8B3E047F336C",
    "A5B780126B7C980E9FCEA1D4539DA1D27C342DFA",
    {
      { "", "8010854D8DF5827FA6852D1A4FA701CDDDCA" },
      { "23FB3749EA030D2A25B278D2A562047ADE3F01B74F17A15402CB7352CA7D2B3EB71C343DB13D1DEB"
        "CE9A3666DBCFC920B49174A602CB47965CAA73DC702489A44D41DB914DE9613DC5E98C94160551C0"
        "DF86274B9359BC0490D01B03AD54022DCB4F57FAD6322497D7A1E28D46710F461AFE710FBBBC5F8B"
        "A166F4311975EC6C",
        "82818078879F57225AA8080D52ED0FC890A4B25336F699AA89A2D3A189654AF70729E623EA5738B2"
        "6381E4DA19E004706FACE7B235C2DBF2F38748312F3C98C2DD4882A41947B324AA1259AC22579DB9"
        "3F7085655AF30889DBB845D9E6783FE42C9F2449400306254C8AE8EE9DD812A804C0B66E8CAFC14F"
        "84D8258950A91B44126EE6" },
      { "907D89E2D425A178AA81AF4A7774EC8E388C115CAE67031E85EECE520BD911551B9AE4D04369F29A"
        "02626C86FBC6747CC7BC352645B6161A2A42D44EDA80A08FA8D61B76D3A154AD8A5A51786B0BC071"
        "47057871A922212C5F67F43173172236B7747D1671E6D692A3C7D40A0C3C5CE397545D015C175EB5"
        "130551EDBC2EE5D4",
        "848180075693D9AE941877573E634B6E644F8E60AF17A0076B8B123D9201074D36152BD8B3A213F5"
        "3820C42ADC79AB5D0AEEC3AEFB91394DA476BD97B9B14D0A65C1FC71A0E019CB08AF55E1F729005F"
        "BA7E3FA5DC41899238A250767A6D46DB974064386CD456743585F8E5D90CC8B4004B1F6D866C79CE"
        "0584E49687FF61BC29AEA1" },
      { "B46DD9BD4D98381F", "8608917F37B5C0E6D8D1" },
    } },
  { /* H.1: ECDH, integrated mapping; its nonce is encrypted under a key given beside it */
    "im aes-128 13",
    "2923BE84E16CD6AE529049F1F1BBE9EB",
    "1",
    "107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A",
    {
      { "", NULL },
      { "5DD4CBFC96F5453B130D890A1CDBAE32", "8200" },
      { "0489CBA23FFE96AA18D824627C3E934E54A9FD0B87A95D1471DC1C0ABFDCD640D46755DE9B7B7782"
        "80B6BEBD57439ADFEB0E21FD4ED6DF42578C13418A59B34C37",
        "84410467F78E5F7F7686082B293E8D087E056916D0F74BC01A5F8957D0DE45691E51E8932B69A962"
        "B52A0985AD2C0A271EE6A13A8ADDDCD1A3A994B9DED257F4D22753" },
      { "450F02B86F6A0909", "860875D4D96E8D5B0308" },
    } },
  { /* H.2: DH, integrated mapping */
    "im aes-128 0",
    "FA5B7E3E49753A0DB9178B7B9BD898C8",
    "1",
    "A5B780126B7C980E9FCEA1D4539DA1D27C342DFA",
    {
      { "", NULL },
      { "B3A6DB3C870C3E99245E0D1C06B747DE", "8200" },
      { "0F0CC62945A8029251FB7EF3C094E12EC68E4EF07F27CB9D9CD04C5C4250FAE0E4F8A951557E929A"
        "EB48E5C6DD47F2F5CD7C351A9BD2CD722C07EDE166770F08FFCB370262CF308DD7B07F2E0DA9CAAA"
        "1492344C852906919538C98A4BA4187E76CE9D87832386D319CE2E043C3343AEAE6EDBA1A9894DC5"
        "094D22F7FE1351D5",
        "848180928D9A0F9DBA450F13FC859C6F290D1D36E42431138A4378500BEB4E0401854CFF111F71CB"
        "6DC1D0335807A11388CC8EAA87B07907AAD9FBA6B169AF6D8C26AF8DDDC39ADC3AD2E3FF882B84D2"
        "3E9768E95A80E4746FB07A9767679FE92133B4D379935C771BD7FBED6C7BB4B1708B275EA7567952"
        "4CDC9C6A91370CC662A2F3" },
      { "55D61977CBF5307E", "8608C2F04230187E1525" },
    } },
};

static KioskEmuPace *
start (const Example *example)
{
  g_autoptr (GBytes) nonce = unhex (example->nonce);
  KioskEmuPaceSecrets secrets = { .nonce_length = g_bytes_get_size (nonce) };
  KioskEmuPaceProtocol protocol;
  guint8 password[SHA_DIGEST_LENGTH];

  SHA1 ((const guint8 *)"T22000129364081251010318", 24, password);
  g_assert_true (kiosk_emu_pace_protocol_parse (example->protocol, &protocol));
  memcpy (secrets.nonce, g_bytes_get_data (nonce, NULL), secrets.nonce_length);
  BN_hex2bn (&secrets.mapping, example->mapping);
  BN_hex2bn (&secrets.ephemeral, example->ephemeral);
  return kiosk_emu_pace_new_chosen (&protocol, password, sizeof password, NULL, &secrets);
}

static guint16
play (KioskEmuPace *pace, gsize step, const char *sent, GByteArray *answer)
{
  g_autoptr (GBytes) bytes = unhex (sent);

  return kiosk_emu_pace_step (pace, tags[step], g_bytes_get_data (bytes, NULL),
                              g_bytes_get_size (bytes), answer);
}

static void
test_example (gconstpointer data)
{
  const Example *example = data;
  g_autoptr (KioskEmuPace) pace = start (example);
  g_autoptr (KioskEmuMessaging) session = NULL;

  for (gsize i = 0; i < STEPS; i++)
    {
      g_autoptr (GByteArray) answer = g_byte_array_new ();

      g_assert_false (kiosk_emu_pace_is_done (pace));
      g_assert_cmphex (play (pace, i, example->steps[i].sent, answer), ==, 0x9000);
      if (example->steps[i].answered != NULL)
        assert_hex (answer->data, answer->len, example->steps[i].answered);
    }
  g_assert_true (kiosk_emu_pace_is_done (pace));
  session = kiosk_emu_pace_session (pace);
  g_assert_nonnull (session);
}

static void
test_wrong_token (gconstpointer data)
{
  const Example *example = data;
  g_autoptr (KioskEmuPace) pace = start (example);
  g_autoptr (GByteArray) answer = g_byte_array_new ();

  for (gsize i = 0; i + 1 < STEPS; i++)
    g_assert_cmphex (play (pace, i, example->steps[i].sent, answer), ==, 0x9000);
  g_assert_cmphex (play (pace, 3, "C2B0BD78D94BA867", answer), ==, 0x6300);
  g_assert_false (kiosk_emu_pace_is_done (pace));
}

/* The nonces of H.1 and H.2 under the key that the appendix gives for them. */
static void
test_nonces (void)
{
  static const struct
  {
    const char *nonce;
    const char *encrypted;
  } cases[] = {
    { "2923BE84E16CD6AE529049F1F1BBE9EB", "143DC40C08C8E891FBED7DEDB92B64AD" },
    { "FA5B7E3E49753A0DB9178B7B9BD898C8", "9ABB8864CA0FF1551E620D1EF4E13510" },
  };
  g_autoptr (GBytes) key = unhex ("591468CDA83D65219CCCB8560233600F");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) nonce = unhex (cases[i].nonce);
      guint8 encrypted[16];

      kiosk_emu_cipher_encrypt (KIOSK_EMU_CIPHER_AES_128, g_bytes_get_data (key, NULL), NULL,
                                g_bytes_get_data (nonce, NULL), sizeof encrypted, encrypted);
      assert_hex (encrypted, sizeof encrypted, cases[i].encrypted);
    }
}

/* R (s, t) of H.1 as it is printed. */
static void
test_spread (void)
{
  g_autoptr (GBytes) nonce = unhex ("2923BE84E16CD6AE529049F1F1BBE9EB");
  g_autoptr (GBytes) key = unhex ("5DD4CBFC96F5453B130D890A1CDBAE32");
  g_autoptr (GByteArray) spread
    = kiosk_emu_pace_spread (KIOSK_EMU_CIPHER_AES_128, g_bytes_get_data (nonce, NULL), 16,
                             g_bytes_get_data (key, NULL), 256);

  assert_hex (spread->data, spread->len,
              "E4447E2DFB3586BAC05DDB00156B57FBB2179A3949294C97254189800C517BAA"
              "8DA0FF397ED8C445D3E421E4FEB57322");
}

/* Appendix I: what the chip sends beside its token. */
static void
test_chip_data (void)
{
  g_autoptr (GBytes) key = unhex ("0A9DA4DB03BDDE39FC5202BC44B2E89E");
  g_autoptr (GBytes) data
    = unhex ("85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3");
  g_autoptr (GByteArray) cryptogram = g_byte_array_new ();

  kiosk_emu_pace_encrypt_chip_data (KIOSK_EMU_CIPHER_AES_128, g_bytes_get_data (key, NULL),
                                    g_bytes_get_data (data, NULL), g_bytes_get_size (data),
                                    cryptogram);
  assert_hex (cryptogram->data, cryptogram->len,
              "1EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD"
              "10CBA372B42BE0B9B5F28AA8DE2F4F92");
}

static void
test_bad_keys (void)
{
  static const struct
  {
    gsize example;
    const char *key;
  } cases[] = {
    { 0, "" },
    { 0, "00" },
    { 0, "04" },
    /* not on the curve */
    { 0, "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB6725218799115"
         "B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922E" },
    { 1, "" },
    { 1, "00" },
    { 1, "01" },
    { 1, "02" }, /* not in the subgroup */
    { 2, "5DD4CBFC96F5453B130D890A1CDBAE" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (KioskEmuPace) pace = start (&examples[cases[i].example]);
      g_autoptr (GByteArray) answer = g_byte_array_new ();

      play (pace, 0, "", answer);
      g_assert_cmphex (play (pace, 1, cases[i].key, answer), ==, 0x6a80);
    }
}

static void
test_order (void)
{
  for (gsize first = 1; first < STEPS; first++)
    {
      g_autoptr (KioskEmuPace) pace = start (&examples[0]);
      g_autoptr (GByteArray) answer = g_byte_array_new ();

      g_assert_cmphex (play (pace, first, examples[0].steps[first].sent, answer), ==, 0x6a80);
    }
}

/* As EF.CardAccess writes them: 9303-11, 9.2.1. */
static void
test_names (void)
{
  static const struct
  {
    const char *text;
    const char *oid; /* its last two bytes; NULL: there is none */
  } cases[] = {
    { "gm 3des 0", "0101" },      { "gm aes-256 2", "0104" },  { "gm aes-128 13", "0202" },
    { "im aes-192 1", "0303" },   { "im aes-256 16", "0404" }, { "cam aes-128 13", "0602" },
    { "cam aes-256 18", "0604" }, { "cam 3des 13", NULL },     { "cam aes-128 2", NULL },
    { "gm aes-128 3", NULL },     { "gm aes-128 19", NULL },   { "gm des 13", NULL },
    { "km aes-128 13", NULL },    { "gm aes-128", NULL },      { "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      KioskEmuPaceProtocol protocol;
      guint8 oid[KIOSK_EMU_PACE_OID_LENGTH];
      g_autofree char *again = NULL;

      g_assert_cmpint (kiosk_emu_pace_protocol_parse (cases[i].text, &protocol), ==,
                       cases[i].oid != NULL);
      if (cases[i].oid == NULL)
        continue;
      again = kiosk_emu_pace_protocol_print (&protocol);
      g_assert_cmpstr (again, ==, cases[i].text);
      kiosk_emu_pace_protocol_oid (&protocol, oid);
      assert_hex (oid, 8, "04007F0007020204");
      assert_hex (oid + 8, 2, cases[i].oid);
    }
}

/* Every standardised curve on which integrated mapping is defined gives points that are on it. */
static void
test_maps_onto_the_curve (void)
{
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (9);

  for (int parameter = 8; parameter <= 18; parameter++)
    {
      g_autoptr (EC_GROUP) curve = kiosk_emu_curve_standardised (parameter);

      for (int i = 0; i < 20; i++)
        {
          g_autoptr (BIGNUM) number = kiosk_emu_curve_scalar (EC_GROUP_get0_order (curve), random);
          g_autoptr (EC_POINT) point = kiosk_emu_curve_map (curve, number);

          if (parameter == 10) /* P-224: its prime is 1 modulo 4 */
            g_assert_null (point);
          else
            g_assert_cmpint (EC_POINT_is_on_curve (curve, point, NULL), ==, 1);
        }
    }
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "g1", "g2", "h1", "h2" };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      g_autofree char *good = g_strconcat ("/emulator/pace/answers-icao-example-", names[i], NULL);
      g_autofree char *bad = g_strconcat ("/emulator/pace/refuses-a-wrong-token-", names[i], NULL);

      g_test_add_data_func (good, &examples[i], test_example);
      g_test_add_data_func (bad, &examples[i], test_wrong_token);
    }
  g_test_add_func ("/emulator/pace/encrypts-the-nonces-of-appendix-h", test_nonces);
  g_test_add_func ("/emulator/pace/spreads-the-nonces-of-appendix-h", test_spread);
  g_test_add_func ("/emulator/pace/encrypts-the-chip-data-of-appendix-i", test_chip_data);
  g_test_add_func ("/emulator/pace/refuses-keys-that-are-none", test_bad_keys);
  g_test_add_func ("/emulator/pace/refuses-steps-out-of-order", test_order);
  g_test_add_func ("/emulator/pace/names-what-exists", test_names);
  g_test_add_func ("/emulator/pace/maps-onto-every-curve", test_maps_onto_the_curve);
  return g_test_run ();
}
