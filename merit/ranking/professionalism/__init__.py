"""IP ASN: the index of professionalism of civil servants, from recorded facts, with what is missing named."""
