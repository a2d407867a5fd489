"""Many runs side by side: recipes trained and scored with several seeds, watched, resumed and compared."""
